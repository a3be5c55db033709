"""Making files and names last: a new name may be gone after a power cut until its folder was synced."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_ONLY_ME = 0o600
# O_BINARY is Windows': without it line feeds in a ciphertext would be rewritten.
BINARY: int = getattr(os, "O_BINARY", 0)


def write_new(path: Path, parts: Iterable[bytes]) -> None:
    """A file of its own, for this account only, its content on the disk. Never over one that is there: FileExistsError.

    Its name lasts once the folder is synced. After another error what was written so far stands there.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, _ONLY_ME), "wb") as file:
        file.writelines(parts)
        file.flush()
        sync(file.fileno())


def write_whole(path: Path, parts: Iterable[bytes], *, fresh: Path) -> None:
    """As `write_new`, but in place of what may be there: the old content or the new, whole, also after a power cut.

    It is written under the name `fresh` first, in the same folder, where nothing is left after an error.
    """
    try:
        write_new(fresh, parts)
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
    sync_folder(path.parent)


def sync(descriptor: int) -> None:
    """What was written to the open file is on the disk when this returns."""
    if sys.platform == "darwin":
        import fcntl

        # On macOS fsync leaves the data in the drive's own cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Names that came, went or changed in the folder last from here on."""
    if sys.platform != "win32":  # a folder cannot be opened there; NTFS logs names itself
        _sync(folder, os.O_RDONLY)


def sync_file(path: Path) -> None:
    """What was written to the file lasts from here on."""
    _sync(path, os.O_RDWR | BINARY)


def make_last(folder: Path) -> None:
    """The folder, all in it, and its own name, last from here on."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        elif path.is_file():
            sync_file(path)
    sync_folder(folder)
    sync_folder(folder.parent)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)
