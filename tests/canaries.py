"""Looks for planted words in files: as they are, in UTF-16, in base64 at each alignment, in hexadecimal."""

import base64
import errno
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def spellings(word: str) -> frozenset[bytes]:
    """Every way in which the word might stand in a file."""
    plain = word.encode()
    wide = [word.encode("utf-16-le"), word.encode("utf-16-be")]
    hexadecimal = [plain.hex().encode(), plain.hex().upper().encode()]
    return frozenset([plain, *wide, *hexadecimal, *(_aligned(plain, shift) for shift in range(3))])


def sightings(folder: Path, words: Iterable[str]) -> list[str]:
    """Each file under the folder in which one of the words stands, as `name: word`."""
    wanted = [(word, spelled) for word in words for spelled in spellings(word)]
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and not is_hollow(one)):
        data = path.read_bytes()
        found += [f"{path.relative_to(folder)}: {word}" for word, spelled in wanted if spelled in data]
    return found


def is_hollow(path: Path) -> bool:
    """Whether the file is room alone, into which nothing was ever written."""
    if not hasattr(os, "SEEK_DATA"):
        return False
    with path.open("rb") as file:
        try:
            os.lseek(file.fileno(), 0, os.SEEK_DATA)
        except OSError as error:
            return error.errno == errno.ENXIO
    return False


def _aligned(plain: bytes, shift: int) -> bytes:
    # The first and last letters of base64 mix with what stands beside the word; those between do not.
    encoded = base64.b64encode(b"\0" * shift + plain + b"\0" * (-(shift + len(plain)) % 3))
    start = (shift * 8 + 5) // 6
    end = (shift + len(plain)) * 8 // 6
    return encoded[start:end]
