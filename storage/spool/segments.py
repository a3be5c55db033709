"""The files of a spool: their names, their order, and the note of how far the letters have been taken in."""

import contextlib
import os
from pathlib import Path

SUFFIX = ".letters"
LOCK_FILE = "writer.lock"
"""Held by the one process that writes."""
_DIGITS = 20
_TAKEN = "taken"


def segment_path(folder: Path, first: int) -> Path:
    """The file of the segment whose first letter is `first`; names sort as the letters came."""
    return folder / f"{first:0{_DIGITS}d}{SUFFIX}"


def segment_paths(folder: Path) -> list[Path]:
    """All segments, oldest first."""
    names = (path for path in folder.glob(f"*{SUFFIX}") if path.stem.isdecimal() and len(path.stem) == _DIGITS)
    return sorted(names)


def first_of(path: Path) -> int:
    """The sequence that a segment's name begins with."""
    return int(path.stem)


def total_bytes(folder: Path) -> int:
    """What the segments take on the disk. Another process may drop one meanwhile."""
    total = 0
    for path in segment_paths(folder):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def note_taken(folder: Path, sequence: int) -> None:
    """Leave word for the writer that intake has the letters up to `sequence`.

    It only frees the writer's allowance for unchecked letters and keeps sequences rising; a lost note costs nothing.
    """
    fresh = folder / f"{_TAKEN}.{os.getpid()}"
    fresh.write_text(f"{sequence}\n", encoding="ascii")
    fresh.replace(folder / _TAKEN)


def taken(folder: Path) -> int:
    """What `note_taken` left, or 0."""
    try:
        return int((folder / _TAKEN).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
