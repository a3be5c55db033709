"""A clock that a test moves by hand."""


class FixedClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: int = 1_800_000_000_000) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance(self, ms: int) -> None:
        self._now += ms
