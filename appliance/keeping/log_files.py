"""The desk's own log files: those whose day is past go. Their names say which day they are of (ui/logs.py)."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_OF_A_DAY: Final = re.compile(r"[a-z]+\.log\.([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.[0-9]+)?")


def old_logs(folder: Path, *, before: int) -> list[Path]:
    """Files of days that ended before that moment."""
    last = datetime.fromtimestamp(before / 1000, UTC).date()
    return [path for path, day in _days(folder) if day < last.isoformat()]


def oldest_log(folder: Path) -> int | None:
    """The beginning of the oldest day that there is a file of."""
    days = [day for _, day in _days(folder)]
    return int(datetime.fromisoformat(f"{min(days)}T00:00:00+00:00").timestamp() * 1000) if days else None


def count_logs(folder: Path) -> int:
    """How many such files there are."""
    return len(list(_days(folder)))


def remove_logs(paths: list[Path]) -> int:
    """Take them away; how many went. One that is held open goes with a later run."""
    gone = 0
    for path in paths:
        with suppress(OSError):
            path.unlink()
            gone += 1
    return gone


def _days(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in folder.glob("*.log.*"):
        if (found := _OF_A_DAY.fullmatch(path.name)) is not None:
            yield path, found[1]
