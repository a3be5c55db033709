"""One business: a folder that is locked or open, and the verbs that pages and commands call.

Each verb is bound here to its parts and does nothing else; `opening/` builds the parts.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance.access import sign_in
from appliance.access.guesses import Guesses
from appliance.copies.verbs import CopyVerbs
from appliance.egress.barrier import Barrier
from appliance.folders import SETTINGS_FILE
from appliance.gateways.clock import Clock
from appliance.gateways.keystore import Keystore, OsKeystore
from appliance.keeping.desk_keeping import DeskKeeping
from appliance.keeping.logbook import LogVerbs
from appliance.keyholding.keyholder import Held, Keyholder
from appliance.keyholding.unattended import NO_SLOT, opened_by_itself
from appliance.line import Line
from appliance.opening.parts import Parts, open_parts
from appliance.opening.store import heal_keyring, vault_of
from appliance.searching.search import search
from appliance.settings.read import read_settings
from appliance.settings.values import CarrierKind, Settings
from appliance.staff import answers, hidden, outside, phone, replies, status
from appliance.staff.deletions import Deleting
from appliance.staff.inbox import inbox
from appliance.staff.thread import reveal, thread
from appliance.views.answers import AnswerRow, AnswerShown
from appliance.views.crossings import Crossing, Crossings, PermissionRow
from appliance.views.hidden import Hidden
from appliance.views.inbox import Inbox
from appliance.views.incidents import Incident
from appliance.views.keys import RotationShown
from appliance.views.people import About, Reader
from appliance.views.phone import Phone
from appliance.views.search import Searched
from appliance.views.status import DeskState, Readiness, Status
from appliance.views.thread import Revealed, Thread
from appliance.worker import code_of
from storage.audit.leaf import Action
from storage.errors import LockedError, StorageError
from storage.keys.keyring import unlock
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.sessions import LINK_LIFE_MS
from storage.vault import Vault

OPENING: Final = "opening"
"""The reason of a desk that is on its way from locked to open."""


class Desk(CopyVerbs):
    """One desk. Locked until `unlock`; then its worker runs until `close`."""

    def __init__(  # `opening` says that `open` is about to be called: until then it is starting, not locked
        self,
        folder: Path,
        *,
        clock: Clock,
        line: Line,
        barrier: Barrier,
        keystore: Keystore | None = None,
        findings: Callable[[], Sequence[tuple[str, bool]]] = tuple,
        opening: bool = False,
    ) -> None:
        self.folder = folder
        self.settings = self.settings_of(folder)
        self._clock = clock
        self._line = line
        self._barrier = barrier
        self._parts: Parts | None = None
        self._opening = threading.Lock()
        self._guesses = Guesses()
        self._trouble = OPENING if opening else ""
        self._stayed_locked = ""
        self.logbook = LogVerbs(lambda: self._open.logbook, self.told_status, self.settings, findings)
        self.keys = Keyholder(
            folder,
            self.settings,
            clock,
            keystore or OsKeystore(),
            barrier,
            self._guesses,
            lambda: Held(self._open.vault, self._open.tokens),
        )

    @staticmethod
    def settings_of(folder: Path) -> Settings:
        """The settings of the desk in that folder. Raises SettingsError."""
        return read_settings(folder / SETTINGS_FILE)

    # -- locked or open -------------------------------------------------------------------------------------------

    @property
    def _open(self) -> Parts:
        if self._parts is None:
            raise LockedError(
                "the desk is locked", remedy="type the passphrase or the recovery sheet on the admin page"
            )
        return self._parts

    def open(self, passphrase: SecretBytes) -> None:
        """Open the store and start the worker, by passphrase or recovery sheet.

        Raises WrongKeyError, DamagedError, MissingError.
        """
        self.open_with(lambda: unlock(self.folder, passphrase=passphrase, desk=self.folder.name))

    def open_with(self, unlocked: Callable[[], OpenKeys]) -> None:
        """As `open`, with the keys that this brings, or what it raises."""
        self._open_by(lambda: vault_of(self.folder, unlocked(), alone=self._clock))

    def open_by_itself(self) -> None:
        """As `open`, by the keystore of the system where that may be; else it stays locked, and `ready` says why."""
        found = opened_by_itself(self.folder, self.keys.start(), keystore=self.keys.keystore)
        if isinstance(found, OpenKeys):
            self.open_with(lambda: found)
            return
        self._stayed_locked, self._trouble = "" if found == NO_SLOT else found, ""

    def _open_by(self, opened: Callable[[], Vault]) -> None:
        with self._opening:
            if self._parts is not None:
                return
            self._trouble = OPENING
            try:
                self._parts = self._opened(opened())
            except Exception as error:
                self._trouble = code_of(error)
                raise
            self._trouble = ""

    def _opened(self, vault: Vault) -> Parts:
        try:
            parts = open_parts(
                self.folder,
                vault,
                self.settings,
                clock=self._clock,
                line=self._line,
                barrier=self._barrier,
                keystore=self.keys.keystore,
            )
            heal_keyring(vault, self._clock)
            parts.marks.look_at_opening()
            with vault.transaction() as tx:
                tx.audit.append(Action.STARTED, actor="desk", at=self._clock.now())
        except BaseException:
            vault.close()
            raise
        # Before the first reply could go out: another machine may have brought this desk back meanwhile, or this may
        # be an older copy of the whole folder, which only the newest backup remembers.
        parts.copies.look_before_the_first_reply(parts.marks.look_at_copy)
        parts.worker.start()
        return parts

    def unlock(self, passphrase: str) -> None:
        """As `open`, for the page: guessing is slowed down."""
        self._guesses.wait_for_turn(self._clock.now())
        try:
            self.open(SecretBytes(passphrase.encode()))
        except Exception:
            self._guesses.missed(self._clock.now())
            raise
        self._guesses.right()

    def close(self) -> None:
        """Stop the worker, let go of files and keys."""
        with self._opening:
            parts, self._parts = self._parts, None
            if parts is not None:
                parts.rotating.stop()
                parts.worker.stop()
                parts.room.before_closing()
                # A disk that is full or failed keeps nobody from going home.
                with suppress(StorageError), parts.vault.transaction() as tx:
                    tx.audit.append(Action.STOPPED, actor="desk", at=self._clock.now())
                parts.vault.close()

    # -- what works without anybody signed in ---------------------------------------------------------------------

    def about(self) -> About:
        desk = self.settings.desk
        return About(
            desk_name=desk.name,
            kind=desk.kind.value,
            timezone=desk.timezone.key,
            now=self._clock.now(),
            test_phone=self.settings.carrier.kind is CarrierKind.TEST_PHONE,
        )

    def ready(self) -> Readiness:
        if self._parts is None:
            state = DeskState.STARTING if self._trouble == OPENING else DeskState.LOCKED
            reasons = (self._trouble or "locked", self._stayed_locked)
            return Readiness(state, tuple(code for code in reasons if code))
        return status.readiness(self._parts)

    def sign_in(self, token: str) -> str:
        return sign_in.sign_in(token, vault=self._open.vault, clock=self._clock)

    def session(self, cookie: str, *, touch: bool) -> Reader | None:
        if self._parts is None:
            return None
        return sign_in.session(cookie, touch=touch, vault=self._parts.vault, clock=self._clock)

    def sign_out(self, cookie: str) -> None:
        if self._parts is not None:
            sign_in.sign_out(cookie, vault=self._parts.vault, clock=self._clock)

    def note_incident(self, incident: Incident) -> None:
        if self._parts is not None:
            self._parts.incidents.note(incident)

    # -- conversations --------------------------------------------------------------------------------------------

    def live_version(self, reader: Reader) -> int:  # noqa: ARG002 - every page's verb takes its reader
        return self._open.vault.changes

    def inbox(self, reader: Reader) -> Inbox:
        return inbox(reader, vault=self._open.vault, clock=self._clock)

    def thread(self, reader: Reader, person_id: str, text_id: str = "") -> Thread:
        return thread(reader, person_id, text_id, vault=self._open.vault, clock=self._clock)

    def search(self, reader: Reader, words: str, before: int | None) -> Searched:
        return search(reader, words, before, vault=self._open.vault, clock=self._clock)

    def send_draft(self, reader: Reader, draft_id: str, text: str, version: int) -> None:
        replies.send_draft(reader, draft_id, text, version, vault=self._open.vault, clock=self._clock)
        self._open.worker.nudge()

    def discard_draft(self, reader: Reader, draft_id: str, version: int) -> None:
        replies.discard_draft(reader, draft_id, version, vault=self._open.vault, clock=self._clock)

    def write_reply(self, reader: Reader, person_id: str, text: str) -> None:
        replies.write_reply(reader, person_id, text, vault=self._open.vault, clock=self._clock)
        self._open.worker.nudge()

    def reveal(self, reader: Reader, message_id: str, reason: str) -> Revealed:
        return reveal(reader, message_id, reason, vault=self._open.vault, clock=self._clock)

    def done(self, reader: Reader, person_id: str) -> None:
        replies.done(reader, person_id, vault=self._open.vault, clock=self._clock)

    # -- answers --------------------------------------------------------------------------------------------------

    def answers(self, reader: Reader) -> tuple[AnswerRow, ...]:  # noqa: ARG002
        return answers.answer_rows(vault=self._open.vault)

    def answer(self, reader: Reader, answer_id: str | None) -> AnswerShown:  # noqa: ARG002
        return answers.answer_shown(answer_id, vault=self._open.vault, facts=self._open.slot_facts, clock=self._clock)

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
        edited = answers.Edited(answer_id, version, title, intent, texts, unattended)
        return answers.save_answer(reader, edited, vault=self._open.vault, clock=self._clock)

    def approve_answer(self, reader: Reader, answer_id: str, version: int) -> None:
        answers.approve_answer(
            reader, answer_id, version, vault=self._open.vault, facts=self._open.slot_facts, clock=self._clock
        )

    def retire_answer(self, reader: Reader, answer_id: str, version: int) -> None:
        answers.retire_answer(reader, answer_id, version, vault=self._open.vault, clock=self._clock)

    # -- the test phone -------------------------------------------------------------------------------------------

    def phone(self, reader: Reader, caller: str | None) -> Phone:
        return phone.phone(reader, caller, vault=self._open.vault, settings=self.settings, clock=self._clock)

    def phone_send(self, reader: Reader, caller: str, body: str) -> None:  # noqa: ARG002
        phone.phone_send(phone.number_of(caller), body, phone_line=self._open.phone_line)

    def text(self, number: str, body: str) -> str:
        """A text from that number through the test phone; the carrier's id of it."""
        return phone.phone_send(number, body, phone_line=self._open.phone_line)

    # -- what leaves the building ---------------------------------------------------------------------------------

    def crossings(self, reader: Reader, page: int) -> Crossings:  # noqa: ARG002
        return outside.crossings(page, vault=self._open.vault)

    def crossing(self, reader: Reader, crossing_id: str) -> Crossing:
        return outside.crossing(reader, crossing_id, vault=self._open.vault, clock=self._clock)

    def permissions(self, reader: Reader) -> tuple[PermissionRow, ...]:  # noqa: ARG002
        return outside.permissions(self._open.wanted, vault=self._open.vault)

    def grant(self, reader: Reader, permission_id: str) -> None:
        outside.grant(reader, permission_id, self._open.wanted, vault=self._open.vault, clock=self._clock)

    def revoke(self, reader: Reader, permission_id: str) -> None:
        outside.revoke(reader, permission_id, vault=self._open.vault, clock=self._clock)

    # -- what is hidden -------------------------------------------------------------------------------------------

    def hidden(self, reader: Reader, text: str) -> Hidden:  # noqa: ARG002
        parts = self._open
        return hidden.hidden(
            text, redactor=parts.redactor, settings=self.settings, vault=parts.vault, clock=self._clock
        )

    def add_words(self, reader: Reader, kind: str, words: str) -> None:
        parts = self._open
        hidden.add_words(reader, kind, words, redactor=parts.redactor, vault=parts.vault, clock=self._clock)

    def remove_words(self, reader: Reader, phrase_id: str) -> None:
        parts = self._open
        hidden.remove_words(reader, phrase_id, redactor=parts.redactor, vault=parts.vault, clock=self._clock)

    # -- deleting people ------------------------------------------------------------------------------------------

    @property
    def deleting(self) -> Deleting:
        return self._open.deleting

    @property
    def kept(self) -> DeskKeeping:
        return DeskKeeping(self._open.keeper)

    # -- the desk itself ------------------------------------------------------------------------------------------

    def status(self, reader: Reader) -> Status:  # noqa: ARG002
        return status.status(self._open, self.keys.start())

    def told_status(self) -> Status:
        """As `status`, for a command: locked desks answer too."""
        if self._parts is None:
            return status.locked(self.ready(), self.folder)
        return status.status(self._parts, self.keys.start())

    def new_link(self, reader: Reader) -> str:
        return sign_in.new_link(reader.name, vault=self._open.vault, clock=self._clock)

    def owner_link(self, *, lives_ms: int = LINK_LIFE_MS) -> str:
        """A sign-in token for the owner, for a command or the tray, run from the owner's account."""
        return sign_in.new_link(sign_in.OWNER, vault=self._open.vault, clock=self._clock, lives_ms=lives_ms)

    def notices_seen(self, reader: Reader) -> None:
        status.notices_seen(reader, vault=self._open.vault, clock=self._clock)

    def rotate_keys(self, reader: Reader, after_leak: bool) -> None:  # noqa: FBT001 - a choice on a form
        """Change every key. Everybody is signed out by it, and needs a new link from the owner's account."""
        self._open.rotating.start(reader.name, after_leak=after_leak)

    def rotation(self) -> RotationShown:
        return self._open.rotating.shown()

    def end_all_sessions(self, reader: Reader) -> None:
        sign_in.end_all_sessions(reader, vault=self._open.vault, clock=self._clock)
