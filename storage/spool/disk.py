"""The few calls by which the spool reaches the disk; tests put a failing one in their place."""

import os
import sys
from pathlib import Path

_FILE_MODE = 0o600


class Disk:
    """Each call has done its work when it returns, or raises OSError."""

    def create(self, path: Path) -> int:
        """A new file for appending; one that exists is never opened."""
        # O_BINARY is Windows': without it line feeds in a ciphertext would be rewritten.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        return os.open(path, flags, _FILE_MODE)

    def reopen(self, path: Path) -> int:
        """A file that exists, for cutting its end off."""
        return os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))

    def write(self, descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def sync(self, descriptor: int) -> None:
        if sys.platform == "darwin":
            import fcntl

            # On macOS fsync leaves the data in the drive's own cache.
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def remove(self, path: Path) -> None:
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Make new and removed names in the folder last."""
        if sys.platform == "win32":
            return  # a folder cannot be opened there; NTFS logs names itself
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
