"""What the desk does again and again by itself: each chore is one short act, and bears being done twice."""

from dataclasses import dataclass, field
from typing import Final

from appliance.gateways.clock import Clock
from appliance.incidents import Incidents
from appliance.intake.receive import Tagger
from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.marks import Marks
from appliance.line import Line
from appliance.worker import LEASE_MS
from storage.alerts import AlertKind
from storage.audit.checkpoint import sign
from storage.audit.prune import SEVEN_YEARS_MS, prune
from storage.errors import AuditError
from storage.meta import Meta
from storage.reading import Reading, Shown
from storage.spool.reader import SpoolReader
from storage.vault import Vault

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
# Letters that are in no backup stay this long.
KEEP_LETTERS_MS: Final = 7 * DAY
_RETRIED_AT_ONCE: Final = 50


@dataclass(slots=True)
class LogCheck:
    """When the log was last verified whole, and whether it was sound."""

    at: int | None = None
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Chores:
    """The chores of one desk."""

    vault: Vault
    clock: Clock
    line: Line
    spool: SpoolReader
    incidents: Incidents
    tag: Tagger
    marks: Marks
    guard: ClockGuard
    log_check: LogCheck = field(default_factory=LogCheck)
    keep_letters_ms: int = KEEP_LETTERS_MS

    def write_incidents(self) -> None:
        """What was told since the last time."""
        self.incidents.write_down(self.line.report())

    def sign_log(self) -> None:
        """An hourly checkpoint, proven to continue the last one and every mark of it. Raises LogBehindError."""
        self.marks.look()
        with self.vault.reading() as tx:
            keys = self.vault.keys
            sign(tx.audit, keys.signer(), self.clock.now(), older_keys=keys.audit_public_keys())
        # Only now: a mark must never be ahead of what is on the disk.
        self.marks.keep()

    def follow_clock(self) -> None:
        """A jump is told, and its end. After one back, what was due at a time that is far off again is done now."""
        self.guard.look()
        now = self.clock.now()
        with self.vault.look() as tx:
            if not tx.jobs.from_later(now=now, lease_ms=LEASE_MS):
                return
        with self.vault.transaction() as tx:
            tx.jobs.set_back(now=now, lease_ms=LEASE_MS)

    def prune_log(self) -> None:
        """Leaves and reasons older than seven years, unless the clock is in doubt."""
        if self.guard.look() is not None:
            return
        at = self.clock.now()
        with self.vault.reading() as tx:
            prune(tx.audit, before=at - SEVEN_YEARS_MS, actor="desk", now=at)
            tx.reasons.erase_before(at - SEVEN_YEARS_MS)

    def check_log(self) -> None:
        """Verify the log whole. Raises AuditError, which the status page names."""
        try:
            with self.vault.look() as tx:
                tx.audit.check(*self.vault.keys.audit_public_keys())
        except AuditError:
            self.log_check.sound = False
            raise
        self.log_check.at, self.log_check.sound = self.clock.now(), True

    def redact_owed(self) -> None:
        """Messages that came while the redactor failed: try again."""
        at = self.clock.now()
        with self.vault.look() as tx:
            owed = tx.messages.not_redacted(limit=_RETRIED_AT_ONCE)
        for message in owed:
            with self.vault.transaction() as tx:
                if message.original is None:
                    continue
                original = tx.readings.one(Reading("desk", Shown.ANSWERING, at), message.original)
                tagged = self.tag(original)
                if tagged.redacted:
                    tx.messages.redacted(message, tagged.body, withheld=tagged.original is not None)

    def check_spool(self) -> None:
        """Intake passes over a damaged record; here it is told. The sweep fetches what it held from the carrier."""
        damaged = sum(not finding.harmless for finding in self.spool.check())
        if damaged:
            with self.vault.reading() as tx:
                tx.alerts.raise_(AlertKind.STAFF, "spool-damaged", at=self.clock.now(), times=damaged)

    def drop_letters(self) -> None:
        """Letters that are in the database, and either in a backup too or older than their time (DESIGN §1.2)."""
        with self.vault.look() as tx:
            mark = tx.meta.number(Meta.SPOOL_SEQUENCE)
            backed_up = max((state.spool for state in tx.backups.all() if not state.failing), default=0)
        self.spool.note_taken(mark)
        self.spool.drop_through(min(mark, backed_up), older_than_ms=0)
        self.spool.drop_through(mark, older_than_ms=self.keep_letters_ms)
