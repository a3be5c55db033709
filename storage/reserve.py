"""The reserve: a file that holds room on the disk, to be let go of when nothing else is left."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storage.lasting import sync

RESERVE_FILE = "reserve"
RESERVE_BYTES = 16 * 1024 * 1024
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reserve:
    """The reserve of the desk in `folder`."""

    folder: Path
    size: int = RESERVE_BYTES

    def is_held(self) -> bool:
        """Whether the room is kept, all of it."""
        try:
            return self._path.stat().st_size >= self.size
        except FileNotFoundError:
            return False

    def free_bytes(self) -> int:
        """Room on the disk beside the reserve."""
        return shutil.disk_usage(self.folder).free

    def let_go(self) -> bool:
        """Give the room back to the disk. Whether there was any."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        return True

    def put_back(self) -> None:
        """Take the room, really: nothing else can have it from now on. Raises OSError where there is too little."""
        unfinished = self._path.with_name(f".{RESERVE_FILE}.part")
        try:
            descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            try:
                _allocate(descriptor, self.size)
                sync(descriptor)
            finally:
                os.close(descriptor)
            unfinished.replace(self._path)
        finally:
            with suppress(OSError):
                unfinished.unlink()

    @property
    def _path(self) -> Path:
        return self.folder / RESERVE_FILE


def _allocate(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    # Bytes that no file system can store smaller than they are.
    for start in range(0, size, _CHUNK):
        os.write(descriptor, os.urandom(min(_CHUNK, size - start)))
