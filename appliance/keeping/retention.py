"""Retention: what is past its keeping time goes, in small batches, each with its leaf in the same transaction."""

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.folders import LOGS_FOLDER
from appliance.gateways.clock import Clock
from appliance.keeping import limits
from appliance.keeping.change import settle
from appliance.keeping.clock_guard import CODE, ClockGuard
from appliance.keeping.limits import DAY, HOUR, YEAR
from appliance.keeping.log_files import old_logs, remove_logs
from appliance.settings.values import AfterKeeping, KeepingSettings, Settings
from storage.archive_file import drop_archive, strays, write_archive
from storage.audit.leaf import Action
from storage.errors import ErasedError
from storage.meta import Meta
from storage.retention import Kept, Past
from storage.vault import Transaction, Vault

ACTOR: Final = "desk"
LATE_AFTER: Final = 26 * HOUR
"""A run is due every day; later than this, it is told."""
BATCH: Final = 100
ARCHIVED_AT_ONCE: Final = 250
# Writers queue for the file; without a pause a long run would stand first in the queue again and again.
_PAUSE_S: Final = 0.01
# What can be found by its words.
_FOUND: Final = frozenset({Kept.MESSAGES, Kept.REPLIES})
_LOG_FILES: Final = "log_files"
_REASONS: Final = "reasons"
_ARCHIVED: Final = "archived"
_ARCHIVE_FILES: Final = "archive_files"

log = logging.getLogger("nightdesk.keeping")

Gone = Callable[[Sequence[str]], AbstractContextManager[object]]
"""Told the ids of messages and replies whose words go within it, so that nothing finds them by these any more."""


@dataclass(frozen=True, slots=True)
class Ran:
    """When the last run was, and what it took away by class."""

    at: int
    removed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Keeper:
    """The keeping times of one desk, enforced."""

    vault: Vault
    clock: Clock
    guard: ClockGuard
    settings: Settings
    folder: Path
    gone: Gone = lambda _: nullcontext()
    rest: Callable[[], object] = field(default=lambda: time.sleep(_PAUSE_S))

    def chore(self) -> None:
        """Run when a run is due; never while the clock is in doubt."""
        if self.guard.look() is not None:
            return
        now = self.clock.now()
        with self.vault.look() as tx:
            last = last_run(tx)
        between = limits.every(self.settings.keeping)
        if last is None or not last.at <= now < last.at + between:
            self.run(now)

    def trouble(self) -> tuple[str, ...]:
        """The code of what keeps the times from being kept, if anything does."""
        with self.vault.look() as tx:
            doubt, last = tx.meta.get(Meta.CLOCK_DOUBT) is not None, last_run(tx)
        if doubt:
            return (CODE,)
        late = last is not None and self.clock.now() - last.at > LATE_AFTER
        return ("keeping-late",) if late else ()

    def run(self, now: int) -> Ran:
        """Take away what is past its time now."""
        with self.vault.reading() as tx:
            keeping = settle(tx, self.settings.keeping, now=now).holds
        self._sweep_archive()
        removed = Counter[str]()
        for kept, before in limits.past_before(keeping, now=now, zone=self.settings.desk.timezone).items():
            self._class(kept, before, keeping, now, removed)
        self._end_archive(now - keeping.archive_years * YEAR, now, removed)
        removed[_LOG_FILES] += remove_logs(old_logs(self.folder / LOGS_FOLDER, before=now - limits.APP_LOG_DAYS * DAY))
        ran = self._told(removed, now)
        # Pages as they were before stand in the write-ahead log until it is cut. A reader that holds it just now only
        # puts that off to the next run.
        self.vault.empty_logs()
        log.info("kept to the times", extra={"count": sum(removed.values())})
        return ran

    def _class(self, kept: Kept, before: int, keeping: KeepingSettings, now: int, removed: Counter[str]) -> None:
        archives = keeping.after is AfterKeeping.ARCHIVE and kept in _FOUND
        while True:
            with self.vault.look() as tx:
                found = tx.retention.past(kept, before=before, limit=ARCHIVED_AT_ONCE if archives else BATCH)
            if not found:
                return
            # First: cut off in between, the next run does both again; the other way round it would do neither.
            with self.gone([one.id for one in found]) if kept in _FOUND else nullcontext():
                if archives:
                    removed[_ARCHIVED] += self._archive(kept, found, now)
                else:
                    with self.vault.transaction() as tx:
                        removed[kept.value] += self._remove(tx, kept, found, now)
            self.rest()

    def _remove(self, tx: Transaction, kept: Kept, found: Sequence[Past], now: int, archive: str | None = None) -> int:
        count = tx.retention.remove(kept, found, at=now, archive=archive)
        if kept in _FOUND:
            tx.retention.forget_placeholders(sorted({one.person for one in found}))
        detail = {"kept": kept.value, "count": count}
        tx.audit.append(Action.RETAINED, actor=ACTOR, at=now, detail=detail)
        return count

    def _archive(self, kept: Kept, found: Sequence[Past], now: int) -> int:
        """1. the file is on the disk, whole  2. one transaction knows it and lets go of the words."""
        with self.vault.look() as tx:
            before = tx.archive.newest()
        file = write_archive(self.folder, found, desk=self.vault.keys.desk, before=before, at=now)
        with self.vault.transaction() as tx:
            self._expect_same_keys(found)
            tx.archive.add(file)
            tx.audit.append(
                Action.ARCHIVED, file.id, actor=ACTOR, at=now, detail={"count": file.count, "digest": file.digest}
            )
            count = 0
            for start in range(0, len(found), BATCH):
                count += self._remove(tx, kept, found[start : start + BATCH], now, file.id)
        return count

    def _expect_same_keys(self, found: Sequence[Past]) -> None:
        """What was put into the file must still open: a rotation after a leak gives everybody another key.

        Raises SealError; the file is of no transaction, so it is swept away, and the next run makes another.
        """
        for sealed in (one for past in found for one in past.words):
            with suppress(ErasedError):
                self.vault.prove(sealed)
                return

    def _sweep_archive(self) -> None:
        """A file that no transaction knows is of a run that was cut short: its words are still where they were."""
        # Within a transaction: a rotation of the keys, which exchanges such files, waits for it or is waited for.
        with self.vault.reading() as tx:
            for path in strays(self.folder, [file.id for file in tx.archive.files()]):
                path.unlink(missing_ok=True)

    def _end_archive(self, before: int, now: int, removed: Counter[str]) -> None:
        with self.vault.look() as tx:
            past = tx.archive.past(before)
        for file in past:
            with self.vault.transaction() as tx:
                tx.archive.forget(file.id)
                tx.retention.forget_archive(file.id)
                detail = {"kept": _ARCHIVE_FILES, "count": file.count}
                tx.audit.append(Action.RETAINED, file.id, actor=ACTOR, at=now, detail=detail)
            drop_archive(self.folder, file.id)
            removed[_ARCHIVE_FILES] += 1

    def _told(self, removed: Counter[str], now: int) -> Ran:
        with self.vault.reading() as tx:
            removed[_REASONS] = tx.reasons.erase_before(now - limits.REASON_YEARS * YEAR)
            ran = Ran(now, {name: count for name, count in removed.items() if count})
            tx.meta.put(Meta.KEEPING_RAN, json.dumps([now, ran.removed]))
            tx.audit.append(Action.RETAINED, actor=ACTOR, at=now, detail={"done": True, **ran.removed})
        return ran


def last_run(tx: Transaction) -> Ran | None:
    """The last run that came to its end, or None."""
    told = tx.meta.get(Meta.KEEPING_RAN)
    return None if told is None else Ran(*json.loads(told))
