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
