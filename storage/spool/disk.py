"""The few calls by which the spool reaches the disk; tests put a failing one in their place."""

import os
from pathlib import Path

from storage.lasting import BINARY, sync, sync_folder

_FILE_MODE = 0o600


class Disk:
    """Each call has done its work when it returns, or raises OSError."""

    def create(self, path: Path) -> int:
        """A new file for appending; one that exists is never opened."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | BINARY, _FILE_MODE)

    def reopen(self, path: Path) -> int:
        """A file that exists, for cutting its end off."""
        return os.open(path, os.O_RDWR | BINARY)

    def write(self, descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def sync(self, descriptor: int) -> None:
        sync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def remove(self, path: Path) -> None:
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Make new and removed names in the folder last."""
        sync_folder(folder)
