"""The high-water mark beside the letters of the spool: a file of its own, replaced whole and made to last."""

import os
from pathlib import Path

from storage.spool.disk import Disk

FILE = "log.mark"
_LONGEST = 4096


class MarkFile:
    """The mark in one spool folder. See marks.MarkPlace."""

    name = "spool"

    def __init__(self, spool: Path, *, disk: Disk | None = None) -> None:
        self._path = spool / FILE
        self._disk = disk or Disk()

    def read(self) -> str | None:
        """As it was written, or None. Raises OSError."""
        try:
            with self._path.open("rb") as file:
                return file.read(_LONGEST).decode("utf-8", "replace")
        except FileNotFoundError:
            return None

    def write(self, text: str) -> None:
        """Raises OSError; then the older mark is still there."""
        fresh = self._path.with_name(f"{FILE}.new")
        fresh.unlink(missing_ok=True)
        descriptor = self._disk.create(fresh)
        try:
            self._disk.write(descriptor, text.encode())
            self._disk.sync(descriptor)
        finally:
            os.close(descriptor)
        fresh.replace(self._path)
        self._disk.sync_folder(self._path.parent)
