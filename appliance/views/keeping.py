"""How long things are kept, what the next run will take away, and what holds it back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One kind of thing. `going` is what the next run will take away; None where no run of this desk does it."""

    what: str
    limit: str
    oldest: int | None = None
    going: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """The clock says one time; by all the desk knows it should be another."""

    told: int
    expected: int


@dataclass(frozen=True, slots=True)
class ChangeWaiting:
    """Shorter times that were settled and do not hold yet: what changes, what they would take away, and when."""

    sentences: tuple[str, ...]
    going: int
    holds_at: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """All of it. `removed` are (words, count) of the last run."""

    rows: tuple[KeptRow, ...]
    next_at: int
    archives: bool = False
    last_at: int | None = None
    removed: tuple[tuple[str, int], ...] = ()
    doubt: ClockDoubt | None = None
    change: ChangeWaiting | None = None
