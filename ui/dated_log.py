"""A log file that begins anew each day, so that a day's lines can go when their time is over.

`core.log` is of today; the days before are `core.log.2026-11-21`, and `core.log.2026-11-21.2` where one day filled more
than a file may hold. All together stay below a bound, whatever is written: then the oldest go first.
"""

import logging
import re
from datetime import UTC, datetime, timedelta
from logging.handlers import BaseRotatingHandler
from pathlib import Path
from typing import Final

DAYS: Final = 90
FILE_BYTES: Final = 5 * 1024 * 1024
ALL_BYTES: Final = 30 * 1024 * 1024
_OF_A_DAY: Final = re.compile(r".*\.log\.([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.([0-9]+))?")


class DatedFile(BaseRotatingHandler):
    """Writes to `path`, a day a file (UTC). Keeps `days` whole days, and at most `all_bytes`."""

    def __init__(
        self, path: Path, *, file_bytes: int = FILE_BYTES, all_bytes: int = ALL_BYTES, days: int = DAYS
    ) -> None:
        super().__init__(path, "a", encoding="utf-8", delay=True)
        self._path = path
        self._file_bytes = file_bytes
        self._all_bytes = all_bytes
        self._days = days

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - logging's name
        """Whether this line begins a new file."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            # Taken away under a running desk, as old ones are: the stream would write into nothing.
            return self.stream is not None
        return bool(found.st_size) and (
            _day(found.st_mtime) != _day(record.created) or found.st_size >= self._file_bytes
        )

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Put the file away under the day of its last line, and let go of what is too much."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None  # logging opens it anew with the next line
        if self._path.exists():
            self._path.replace(self._free_name(_day(self._path.stat().st_mtime)))
        self._thin_out()

    def _free_name(self, day: str) -> Path:
        """Numbered after those that are there: a number that went before is not given again that day."""
        there = [_order(path) for path in self._path.parent.glob(f"{self._path.name}.{day}*")]
        count = 1 + max((number for of, number in there if of == day), default=0)
        return self._path.with_name(f"{self._path.name}.{day}" + (f".{count}" if count > 1 else ""))

    def _thin_out(self) -> None:
        last = (datetime.now(UTC).date() - timedelta(days=self._days)).isoformat()
        room = self._all_bytes
        for path in sorted(self._path.parent.glob(f"{self._path.name}.*"), key=_order, reverse=True):
            found = _OF_A_DAY.fullmatch(path.name)
            if found is None:
                continue
            room -= path.stat().st_size
            if room < 0 or found[1] < last:
                path.unlink(missing_ok=True)


def _order(path: Path) -> tuple[str, int]:
    found = _OF_A_DAY.fullmatch(path.name)
    return ("", 0) if found is None else (found[1], int(found[2] or 1))


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
