"""The clock: milliseconds UTC. Steps that decide by time ask for one, so that tests can move it."""

import time
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> int:
        """Milliseconds since 1970, UTC."""


class SystemClock:
    """This machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


def machine_ticks() -> int:
    """Milliseconds of a counter that nobody can set; it counts sleep too, where the system has such a one."""
    asleep_too = getattr(time, "CLOCK_BOOTTIME", None)
    ns = time.monotonic_ns() if asleep_too is None else time.clock_gettime_ns(asleep_too)
    return ns // 1_000_000
