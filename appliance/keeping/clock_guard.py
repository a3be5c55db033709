"""The clock guard: a clock that jumped deletes nothing until a person says that it is right.

The time that the desk trusts is kept in the store and carried on by a counter of this machine that nobody can set.
Where the clock is more than 48 hours away from it, forward or back, the desk is in doubt. A machine that was off for
longer looks the same from inside, so it is asked about too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.limits import HOUR, MINUTE
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.meta import Meta
from storage.vault import Transaction, Vault

JUMP: Final = 48 * HOUR
CODE: Final = "clock-jumped"


@dataclass(frozen=True, slots=True)
class Doubt:
    """The clock says `told`; by all the desk knows it should be `expected`."""

    told: int
    expected: int


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A time that was trusted, and what the machine's counter said then."""

    at: int
    ticks: int


@dataclass(slots=True)
class ClockGuard:
    """Watches the clock of one desk. `ticks` counts milliseconds, also while the machine sleeps, and is never set."""

    vault: Vault
    clock: Clock
    ticks: Callable[[], int]
    _anchor: _Anchor | None = None
    _looking: Lock = field(default_factory=Lock)

    def look(self) -> Doubt | None:
        """Whether the clock is in doubt. Keeps the trusted time to the minute; tells a doubt once, and its end."""
        with self._looking:
            now, ticks = self.clock.now(), self.ticks()
            with self.vault.look() as tx:
                kept, told = tx.meta.number(Meta.CLOCK_SEEN), tx.meta.get(Meta.CLOCK_DOUBT) is not None
            expected = self._expected(kept or now, now, ticks)
            doubt = Doubt(now, expected) if abs(now - expected) > JUMP else None
            # In doubt the trusted time goes on by the counter, so that a clock that is put right is known again.
            trusted = now if doubt is None else expected
            # It is asked every few seconds, and each write is synced: a minute is near enough to 48 hours.
            if (doubt is not None) != told or abs(trusted - kept) >= MINUTE:
                with self.vault.reading() as tx:
                    tx.meta.put(Meta.CLOCK_SEEN, trusted)
                    self._tell(tx, doubt, told=told, at=now)
            return doubt

    def when_sure(self, act: Callable[[], object]) -> None:
        """Do what takes something away by its age; not while the clock is in doubt."""
        if self.look() is None:
            act()

    def trust(self, *, by: str) -> None:
        """A person says that the clock is right."""
        with self._looking:
            now = self.clock.now()
            self._anchor = _Anchor(now, self.ticks())
            with self.vault.transaction() as tx:
                tx.meta.put(Meta.CLOCK_SEEN, now)
                tx.meta.remove(Meta.CLOCK_DOUBT)
                tx.alerts.seen_code(CODE, at=now)
                tx.audit.append(Action.RESUMED, actor=by, at=now, detail={"what": "retention", "reason": CODE})

    def _expected(self, seen: int, now: int, ticks: int) -> int:
        if self._anchor is None:
            # How long this machine was off nobody knows: a gap that could be honest is taken as it is.
            self._anchor = _Anchor(now if abs(now - seen) <= JUMP else seen, ticks)
        return self._anchor.at + ticks - self._anchor.ticks

    def _tell(self, tx: Transaction, doubt: Doubt | None, *, told: bool, at: int) -> None:
        if (doubt is not None) == told:
            return
        detail = {"what": "retention", "reason": CODE}
        if doubt is None:
            tx.meta.remove(Meta.CLOCK_DOUBT)
            tx.alerts.seen_code(CODE, at=at)
            tx.audit.append(Action.RESUMED, actor="desk", at=at, detail=detail)
        else:
            tx.meta.put(Meta.CLOCK_DOUBT, doubt.told)
            tx.alerts.raise_(AlertKind.STAFF, CODE, at=at)
            tx.audit.append(Action.PAUSED, actor="desk", at=at, detail=detail)
