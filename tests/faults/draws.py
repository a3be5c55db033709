"""Which commands are cut off, and how many states of the disk and kills are drawn of each kind: all of them by
`make test-long`, a tenth by every run.
"""

from pathlib import Path
from typing import Final

from tests.faults.recorded import numbers

CUTS: Final = {
    "evening": 16_580,
    "rotation": 700,
    "rotation after a leak": 700,
    "erasure": 600,
    "backup": 500,
    "archive": 300,
    "keep": 300,
    "migrate": 200,
    "restore": 20,
    "real processes": 100,
}
"""States that a power cut may have left."""

KILLS: Final = {"evening": 1_400, "rotation": 150, "rotation after a leak": 150, "erasure": 150, "backup": 150}
"""At any call to the disk."""

GONE: Final = numbers(2)[1]
"""Who is erased."""

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "rotation": ("keys", "rotate", "--yes"),
    "rotation after a leak": ("keys", "rotate", "--after-leak", "--yes"),
    "erasure": ("person", "erase", GONE, "--yes"),
    "backup": ("backup", "--to", "PLACE"),
}


def words_of(kind: str, place: Path) -> list[str]:
    """A command as it is typed; a backup goes to `place`."""
    return [str(place) if word == "PLACE" else word for word in COMMANDS[kind]]


def tenth(count: int) -> int:
    return count // 10
