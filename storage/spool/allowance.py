"""Counts what the spool holds against its limits, so that each append need not look at the folder."""

import contextlib
from itertools import pairwise
from pathlib import Path

from storage.errors import SpoolFullError
from storage.spool.limits import SpoolLimits
from storage.spool.records import Record
from storage.spool.segments import first_of, segment_paths, taken, total_bytes
from storage.spool.walk import walk


class Allowance:
    """The reader frees room in another process, so the folder is counted afresh before anything is refused."""

    def __init__(self, folder: Path, limits: SpoolLimits) -> None:
        self._folder = folder
        self._limits = limits
        self.total_bytes = total_bytes(folder)
        self.unchecked_letters, self.unchecked_bytes = unchecked_in(folder)

    def ask(self, *, letters: int, size: int, unchecked: bool) -> None:
        """Raises SpoolFullError where a record of `letters` and `size` has no room."""
        if self._exceeds(letters=letters, size=size, unchecked=unchecked):
            self.total_bytes = total_bytes(self._folder)
            if unchecked:
                self.unchecked_letters, self.unchecked_bytes = unchecked_in(self._folder)
            if self._exceeds(letters=letters, size=size, unchecked=unchecked):
                kind = "unchecked letters" if unchecked else "letters"
                raise SpoolFullError(
                    f"the spool has no room for more {kind}",
                    remedy="unlock the desk, so that the letters are taken in; free space on the disk",
                )

    def used(self, *, letters: int, size: int, unchecked: bool) -> None:
        """A record was written."""
        self.total_bytes += size
        if unchecked:
            self.unchecked_letters += letters
            self.unchecked_bytes += size

    def _exceeds(self, *, letters: int, size: int, unchecked: bool) -> bool:
        limits = self._limits
        if self.total_bytes + size > limits.total_bytes:
            return True
        return unchecked and (
            self.unchecked_letters + letters > limits.unchecked_letters
            or self.unchecked_bytes + size > limits.unchecked_bytes
        )


def unchecked_in(folder: Path) -> tuple[int, int]:
    """Letters and bytes of the records that nobody could check and that intake has not taken yet."""
    done = taken(folder)
    letters = size = 0
    paths = segment_paths(folder)
    for path, following in pairwise([*paths, None]):
        if path is None or (following is not None and first_of(following) <= done):
            continue
        with contextlib.suppress(FileNotFoundError):
            for one in walk(path.read_bytes()):
                if isinstance(one, Record) and one.unchecked and one.last > done:
                    letters += one.letters
                    size += one.end - one.offset
    return letters, size
