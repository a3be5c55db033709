"""What the pages ask of the desk. `appliance/desk.py` answers it; so does the fake desk of the tests.

Ids come from addresses and forms, so they are plain strings here: the desk looks them up and raises MissingError for
one it does not know. Every verb that takes a reader may raise NightdeskError; Refusal and its kin are shown with their
own sentence, anything else as an error with a number. A verb that shows bodies writes its leaf before it returns.
"""

from typing import BinaryIO, Protocol

from appliance.views.answers import AnswerRow, AnswerShown
from appliance.views.archive import Archive, ArchivedOf, ArchiveOpened
from appliance.views.closing import ClosingShown
from appliance.views.copies import Copies
from appliance.views.crossings import Crossing, Crossings, PermissionRow
from appliance.views.deletions import Deletions, ListShown, ToDelete
from appliance.views.hidden import Hidden
from appliance.views.inbox import Inbox
from appliance.views.incidents import Incident
from appliance.views.keeping import Keeping as KeepingShown
from appliance.views.keys import KeysShown, RotationShown
from appliance.views.log import LogShown, SupportPreview
from appliance.views.people import About, Reader
from appliance.views.phone import Phone
from appliance.views.search import Searched
from appliance.views.status import Readiness, Status
from appliance.views.thread import Revealed, Thread
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet


class FrontDoor(Protocol):
    """What works without anybody signed in, on a locked desk too. None of it reads the database's bodies."""

    def about(self) -> About:
        """Name, timezone and the desk's own clock. Cheap."""

    def ready(self) -> Readiness:
        """State and codes for /readyz. Cheap, and never raises."""

    def unlock(self, passphrase: str) -> None:
        """Open a locked desk. Raises WrongKeyError; the desk slows guessing down."""

    def sign_in(self, token: str) -> str:
        """Use up a sign-in token; the session's cookie comes back, always a new one. Raises SignInRefused."""

    def session(self, cookie: str, *, touch: bool) -> Reader | None:
        """Who holds this cookie; None if it is unknown, ended, idle or too old. `touch` is false for the page's own
        polling: it must not keep an unattended screen signed in."""

    def sign_out(self, cookie: str) -> None:
        """End that session. An unknown cookie is no error."""

    def note_incident(self, incident: Incident) -> None:
        """Record a security event. Bounded by the desk; never raises."""


class Conversations(Protocol):
    """Inbox, threads, drafts."""

    def live_version(self, reader: Reader) -> int:
        """A number that changes whenever something a page shows has changed. Asked every second: no bodies, no leaf."""

    def inbox(self, reader: Reader) -> Inbox: ...

    def thread(self, reader: Reader, person_id: str, text_id: str = "") -> Thread:
        """The newest of it; or, where that text is older, what came up to it. Raises MissingError."""

    def search(self, reader: Reader, words: str, before: int | None) -> Searched:
        """The newest texts with all these words, or those older than a place. Its leaf has no words in it."""

    def send_draft(self, reader: Reader, draft_id: str, text: str, version: int) -> None:
        """Approve a draft, as it is or edited, and queue it. Raises OutOfDate, NotPossible, NotAcceptable."""

    def discard_draft(self, reader: Reader, draft_id: str, version: int) -> None: ...

    def write_reply(self, reader: Reader, person_id: str, text: str) -> None:
        """Queue a reply that a person wrote. Raises NotPossible (they opted out), NotAcceptable."""

    def reveal(self, reader: Reader, message_id: str, reason: str) -> Revealed:
        """The original of a health-tagged text. The leaf with the reason is written first."""

    def done(self, reader: Reader, person_id: str) -> None:
        """Nothing more to do in this thread until they write again."""


class Answers(Protocol):
    """What may be sent without a person."""

    def answers(self, reader: Reader) -> tuple[AnswerRow, ...]: ...

    def answer(self, reader: Reader, answer_id: str | None) -> AnswerShown:
        """One answer to edit; None gives a blank one, with the slots and topics to choose from."""

    def save_answer(
        self,
        reader: Reader,
        answer_id: str | None,
        version: int,
        *,
        title: str,
        intent: str,
        texts: tuple[tuple[str, str], ...],
        unattended: bool,
    ) -> str:
        """Keep a new version, which waits for approval; the id comes back. Raises OutOfDate, NotAcceptable."""

    def approve_answer(self, reader: Reader, answer_id: str, version: int) -> None: ...

    def retire_answer(self, reader: Reader, answer_id: str, version: int) -> None: ...


class CustomerPhone(Protocol):
    """The customer's side. Only where the carrier's kind is test-phone; else NotPossible."""

    def phone(self, reader: Reader, caller: str | None) -> Phone:
        """The phone of that sample caller (by key); None is the first."""

    def phone_send(self, reader: Reader, caller: str, body: str) -> None:
        """A text from that caller, through the door's own way as far as possible."""


class Outside(Protocol):
    """What left the building, and what may."""

    def crossings(self, reader: Reader, page: int) -> Crossings: ...

    def crossing(self, reader: Reader, crossing_id: str) -> Crossing: ...

    def permissions(self, reader: Reader) -> tuple[PermissionRow, ...]: ...

    def grant(self, reader: Reader, permission_id: str) -> None: ...

    def revoke(self, reader: Reader, permission_id: str) -> None: ...


class Hiding(Protocol):
    """What redaction hides, and the desk's own two lists."""

    def hidden(self, reader: Reader, text: str) -> Hidden:
        """The lists, and what would be hidden of a text (none for an empty one). Nothing of it is kept."""

    def add_words(self, reader: Reader, kind: str, words: str) -> None:
        """Kind is `shown` or `hidden`. Raises NotAcceptable."""

    def remove_words(self, reader: Reader, phrase_id: str) -> None: ...


class Backups(Protocol):
    """The copies of the desk elsewhere."""

    def copies(self, reader: Reader) -> Copies: ...

    def back_up_now(self, reader: Reader) -> None:
        """At every place, soon, with the whole check. Raises NotPossible where no place is named."""

    def drill_now(self, reader: Reader) -> None:
        """Soon: every place's newest backup is brought back into a folder that is thrown away."""

    def resume_sending(self, reader: Reader) -> None:
        """The old machine is off: this one may send. Raises SupersededError where this is the old one."""


class Keyholding(Protocol):
    """Ways to unlock, keys, credentials. `proof` is a passphrase or sheet that opens the desk now; guessing is slow.

    Raises WrongKeyError, PassphraseError, SlotError, KeystoreError, CredentialError.
    """

    def shown(self) -> KeysShown: ...

    def add_passphrase(self, by: str, proof: SecretBytes, new: SecretBytes) -> object: ...

    def change_passphrase(self, by: str, old: SecretBytes, new: SecretBytes) -> object: ...

    def add_recovery(self, by: str, proof: SecretBytes) -> RecoverySheet:
        """A new sheet, which is nowhere else."""

    def add_os(self, by: str, proof: SecretBytes) -> object: ...

    def test_words(self, by: str, words: SecretBytes) -> object: ...

    def test_os(self, by: str) -> object: ...

    def remove(self, by: str, proof: SecretBytes, slot_id: str) -> object: ...

    def renew_credential(self, by: str, name: str, secret: SecretBytes) -> None: ...


class Rotating(Protocol):
    """Changing every key."""

    def rotation(self) -> RotationShown: ...

    def rotate_keys(self, reader: Reader, after_leak: bool) -> None:  # noqa: FBT001 - a choice on a form
        """Begin. Everybody is signed out when it returns, this reader too. Raises RotatingError."""


class Deleting(Protocol):
    """Deleting people."""

    def shown(self, reader: Reader) -> Deletions:
        """Every request. Those who can be brought back are named, so its leaf is written first."""

    def to_delete(self, reader: Reader, person_id: str) -> ToDelete:
        """Who is about to be deleted. Raises NotPossible for who is already."""

    def delete(self, reader: Reader, person_id: str, *, for_good: bool) -> None: ...

    def undo(self, reader: Reader, erasure_id: str) -> str:
        """The person who is back. Raises NotPossible when it is too late."""

    def certificate(self, reader: Reader, erasure_id: str) -> str:
        """The signed text. Raises NotPossible before anything is destroyed."""

    def look_up(self, reader: Reader, numbers: str) -> ListShown:
        """What a list would delete; nothing is done. Raises NotAcceptable."""

    def delete_list(self, reader: Reader, numbers: str, *, for_good: bool) -> int: ...

    def closing_shown(self, reader: Reader) -> ClosingShown: ...

    def close_desk(self, reader: Reader) -> None:
        """In fourteen days, for good. Raises NotPossible for a closed desk."""

    def reopen_desk(self, reader: Reader) -> None:
        """Raises NotPossible when it is too late."""

    def closing_certificate(self, reader: Reader) -> str:
        """Raises NotPossible before it is closed."""


class ArchiveVerbs(Protocol):
    """Reading what is archived: asked for, approved, for some hours."""

    def shown(self, reader: str) -> Archive: ...

    def of(self, reader: str, person_id: str) -> ArchivedOf: ...

    def ask(self, by: str, person_id: str, reason: str) -> str:
        """The request's id. Opens nothing. Raises NotPossible."""

    def decide(self, by: str, request_id: str, *, yes: bool) -> None: ...

    def shut(self, by: str, request_id: str) -> None: ...

    def open(self, reader: str, request_id: str) -> ArchiveOpened:
        """Its leaf is written first. Raises NotApprovedError."""


class Keeping(Protocol):
    """How long things are kept."""

    def shown(self) -> KeepingShown:
        """The limits, and what the next run will take away. Changes nothing."""

    def accept_shorter(self, by: str) -> None:
        """Shorter times of the settings hold from now on."""

    @property
    def archive(self) -> ArchiveVerbs: ...

    def trust_clock(self, by: str) -> None:
        """The clock is right, though it jumped."""


class LogVerbs(Protocol):
    """The log of what was done."""

    def shown(self) -> LogShown: ...

    def evidence(self, by: str) -> BinaryIO:
        """The whole log as one zip that a stranger can check, at its beginning."""

    def preview_support(self) -> SupportPreview:
        """What support would get, to be read first."""

    def seal_support(self, by: str, preview_id: str, recipient: str) -> bytes:
        """Exactly what was previewed, sealed. Raises OutOfDate, RecipientError."""

    def accept(self, by: str) -> int:
        """The desk goes on from what the log is now; its new epoch. Raises NotPossible."""


class DeskVerbs(FrontDoor, Conversations, Answers, CustomerPhone, Outside, Hiding, Backups, Rotating, Protocol):
    """All that the admin pages call."""

    @property
    def logbook(self) -> LogVerbs: ...

    @property
    def keys(self) -> Keyholding: ...

    @property
    def deleting(self) -> Deleting: ...

    @property
    def kept(self) -> Keeping: ...

    def status(self, reader: Reader) -> Status: ...

    def new_link(self, reader: Reader) -> str:
        """A fresh sign-in token, for another browser on this machine."""

    def notices_seen(self, reader: Reader) -> None:
        """Whatever the status page told of has been seen; what still goes on is told again."""

    def end_all_sessions(self, reader: Reader) -> None:
        """Everybody must sign in again, this reader too."""
