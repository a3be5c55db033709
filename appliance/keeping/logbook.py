"""The log as its page and its commands see it: told, exported for evidence, exported for support, accepted."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import BinaryIO, Final, cast

from appliance.chores import LogCheck
from appliance.gateways.clock import Clock
from appliance.keeping.marks import Marks
from appliance.keeping.support import DeskFacts, facts_of, support_text
from appliance.settings.values import Settings
from appliance.views.log import LogShown, MarkRow, SupportPreview
from appliance.views.refusals import NotPossible, OutOfDate
from appliance.views.status import Status
from storage.audit.bundle import Exported, announce, write_bundle
from storage.audit.leaf import Action
from storage.audit.marks import WRONG, Standing, told
from storage.audit.note import verifier_key
from storage.audit.support import sealed_to
from storage.errors import LogBehindError
from storage.ids import new_id
from storage.vault import Vault

PREVIEW_FOR_MS: Final = 30 * 60 * 1000
_IN_MEMORY: Final = 16 * 1024 * 1024


@dataclass(slots=True)
class LogBook:
    """The log of an open desk. One preview is remembered, so that what was read is what is written."""

    vault: Vault
    clock: Clock
    marks: Marks
    log_check: LogCheck
    accepted: Callable[[], None] = lambda: None
    """Told that the log is accepted as it is: what failed because of it can go on."""
    _preview: tuple[SupportPreview, int] | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock)

    def shown(self) -> LogShown:
        """The page."""
        keys = self.vault.keys
        with self.vault.look() as tx:
            newest = tx.audit.newest_note()
            return LogShown(
                leaves=tx.audit.count(),
                first=tx.audit.first(),
                checkpoint="" if newest is None else newest.text,
                signed_at=None if newest is None else newest.at,
                signed=0 if newest is None else newest.size,
                key=verifier_key(keys.desk, keys.signer().public_key),
                checked_at=self.log_check.at,
                sound=self.log_check.sound,
                behind=self.marks.wrong,
                marks=tuple(
                    MarkRow(
                        one.place,
                        one.standing not in WRONG | {Standing.UNREADABLE},
                        told(one),
                        one.mark.at if one.mark else None,
                    )
                    for one in self.marks.seen
                ),
            )

    def evidence(self, actor: str) -> tuple[BinaryIO, Exported]:
        """The bundle, at its beginning, and what it holds. Its leaf is first; the desk goes on while it is written."""
        now, keys = self.clock.now(), self.vault.keys
        older = keys.audit_public_keys()
        with self.vault.reading() as tx:
            announce(tx.audit, keys.signer(), actor=actor, now=now, older_keys=older)
        # No word of anybody is in it, so what does not fit into memory may lie in a file without a name.
        out = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - its reader closes it
        with self.vault.look() as tx:
            made = write_bundle(tx.audit, keys.signer(), out, now=now, older_keys=older)
        out.seek(0)
        return out, made

    def preview_support(self, facts: DeskFacts) -> SupportPreview:
        """What support would get. It is made once and not again: its pseudonyms are nobody's."""
        now = self.clock.now()
        with self.vault.look() as tx:
            preview = SupportPreview(new_id(), support_text(tx, facts, self.marks.seen, now=now))
        with self._lock:
            self._preview = (preview, now)
        return preview

    def seal_support(self, actor: str, preview_id: str, recipient: str) -> bytes:
        """What was previewed, sealed to support's recipient; its leaf first. Raises OutOfDate, RecipientError."""
        with self._lock:
            kept = self._preview
        now = self.clock.now()
        if kept is None or kept[0].id != preview_id or now - kept[1] > PREVIEW_FOR_MS:
            raise OutOfDate("This preview is no longer there.", remedy="Make a new one, and read it again.")
        content = kept[0].content.encode()
        sealed = sealed_to(recipient, content)
        detail = {"purpose": "support", "digest": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        with self.vault.reading() as tx:
            tx.audit.append(Action.LOG_EXPORTED, actor=actor, at=now, detail=detail)
        return sealed

    def accept(self, actor: str) -> int:
        """The desk goes on from what the log is now; its new epoch.

        Raises NotPossible where nothing is wrong, AuditError where the log itself is damaged.
        """
        with suppress(LogBehindError):
            self.marks.look()
        if not self.marks.wrong:
            raise NotPossible("The log goes on from what was signed last: there is nothing to accept.")
        epoch = self.marks.accept(actor)
        self.accepted()
        return epoch


@dataclass(frozen=True, slots=True)
class LogVerbs:
    """What the page asks of an open desk's log. Each raises LockedError while the desk is locked."""

    book: Callable[[], LogBook]
    told: Callable[[], Status]
    settings: Settings
    findings: Callable[[], Sequence[tuple[str, bool]]]

    def shown(self) -> LogShown:
        return self.book().shown()

    def evidence(self, by: str) -> BinaryIO:
        return self.book().evidence(by)[0]

    def preview_support(self) -> SupportPreview:
        return self.book().preview_support(facts_of(self.told(), self.settings, self.findings()))

    def seal_support(self, by: str, preview_id: str, recipient: str) -> bytes:
        return self.book().seal_support(by, preview_id, recipient)

    def accept(self, by: str) -> int:
        return self.book().accept(by)
