"""What a check of a desk has to say: each thing that was looked at, and how much there is."""

from collections.abc import Callable
from dataclasses import dataclass

from storage.errors import DamagedError, NightdeskError

NOT_CHECKED = "not checked, since what it needs is damaged"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. Where it is not well, the detail says what to do."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. `messages_out` went to the carrier, `held` messages wait for a person, and letters that are
    `spooled` are not in the database yet.
    """

    messages_in: int = 0
    messages_out: int = 0
    held: int = 0
    spooled: int = 0
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    checks: tuple[Check, ...]
    counts: Counts

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(check.ok for check in self.checks)


class Checks:
    """The checks as they are made: a fault in one does not end the others."""

    def __init__(self) -> None:
        self.made: list[Check] = []

    def make(self, name: str, look: Callable[[], str]) -> bool:
        """Whether it is well. `look` tells what it saw, or raises."""
        try:
            self.made.append(Check(name, ok=True, detail=look()))
        except NightdeskError as error:
            self.fail(name, error)
        except OSError as error:
            sentence = f"a file cannot be read ({type(error).__name__})"
            self.fail(name, DamagedError(sentence, remedy="check the disk and its permissions"))
        return self.made[-1].ok

    def fail(self, name: str, error: NightdeskError) -> None:
        """Say what is wrong, and what to do."""
        remedy = f"; to mend it: {error.remedy}" if error.remedy else ""
        self.made.append(Check(name, ok=False, detail=error.sentence + remedy))

    def skip(self, *names: str) -> None:
        """Say that these could not be looked at."""
        self.made += [Check(name, ok=False, detail=NOT_CHECKED) for name in names]
