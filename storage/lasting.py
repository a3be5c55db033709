"""Making files and names last: a new name may be gone after a power cut until its folder was synced."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Names that came, went or changed in the folder last from here on."""
    if os.name == "nt":  # pragma: no cover - a folder cannot be opened there; NTFS logs names itself
        return
    _sync(folder, os.O_RDONLY)


def make_last(folder: Path) -> None:
    """The folder, all in it, and its own name, last from here on."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        elif path.is_file():
            _sync(path, os.O_RDWR)
    sync_folder(folder)
    sync_folder(folder.parent)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
