"""Reading the write-ahead log of SQLite as bytes: a damaged one is passed over in silence by the library, with all
that was committed in it and is not in the main file yet.

    header  magic u32 | version u32 | page size u32 | sequence u32 | salt 8 | checksum 8
    frame   page u32 | pages after a commit, else 0, u32 | salt 8 | checksum 8 | the page

Big-endian; a checksum goes over all that stands before it since the header (https://www.sqlite.org/fileformat2.html#walformat).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
_HEADER = struct.Struct(">IIII8sII")
_FRAME = struct.Struct(">II8sII")
_SUMMED = 24
_WORD = 0xFFFFFFFF

# The smallest page there is. A log with no room for one holds nothing, whatever became of its head.
_SMALLEST_PAGE = 512
# A disk writes so much as one. Where a sector ends within a frame's head, one part of it may be of now and the other
# left over from before the log was begun anew: such a head says nothing of a commit.
_SECTOR = 512
_TOLD_TOGETHER = 16  # page, pages after a commit, salt
# One unfinished transaction may lie torn behind the last whole one. Two committed ones cannot.
_MOST_TORN = 1


@dataclass(frozen=True, slots=True)
class _Frame:
    commits: bool
    whole: bool


def wal_fault(path: Path) -> str:
    """What is wrong with the log beside the data file `path`, or nothing. An unfinished end is not wrong."""
    wal = path.with_name(f"{path.name}-wal")
    data = wal.read_bytes() if wal.is_file() else b""
    if len(data) < _HEADER.size + _FRAME.size + _SMALLEST_PAGE:
        return ""
    magic, _, page_size, _, salt, *told = _HEADER.unpack_from(data)
    if magic not in _MAGIC or list(_sum(_MAGIC[magic], data[:_SUMMED], (0, 0))) != told:
        return f"the head of {wal.name} is damaged; what was written last is lost to the library"
    frames = list(_frames(data, _MAGIC[magic], page_size, salt, (told[0], told[1])))
    lost = sum(frame.commits for frame in frames if not frame.whole)
    return f"{wal.name} is damaged; {lost} committed changes in it cannot be read" if lost > _MOST_TORN else ""


def _frames(data: bytes, order: str, page_size: int, salt: bytes, summed: tuple[int, int]) -> Iterator[_Frame]:
    """The frames of this generation of the log. Behind the first bad one none is whole, since the sums build on it."""
    size, whole = _FRAME.size + page_size, True
    for start, end in pairwise(range(_HEADER.size, len(data) + 1, size)):
        _, commit, frame_salt, *told = _FRAME.unpack_from(data, start)
        # Another salt is left over from before the log was begun anew.
        whole = whole and frame_salt == salt
        if whole:
            summed = _sum(order, data[start : start + 8], summed)
            summed = _sum(order, data[start + _FRAME.size : end], summed)
            whole = list(summed) == told
        together = start % _SECTOR <= _SECTOR - _TOLD_TOGETHER
        yield _Frame(commits=commit != 0 and frame_salt == salt and together, whole=whole)


def _sum(order: str, data: bytes, before: tuple[int, int]) -> tuple[int, int]:
    """Two words go in at a time: `first += one + second; second += other + first`. Written out, each word counts as
    often as the Fibonacci number of its place from the end says, and what was summed before as the next ones.
    """
    import numpy as np

    words = np.frombuffer(data, dtype=f"{order}u4").astype(np.uint64)
    weights, beyond = _weights(words.size)
    first, second = ((int(words @ row) & _WORD) for row in weights)
    return (
        (first + beyond[0] * before[0] + beyond[1] * before[1]) & _WORD,
        (second + beyond[1] * before[0] + beyond[2] * before[1]) & _WORD,
    )


@cache
def _weights(count: int) -> tuple[tuple[Any, Any], tuple[int, int, int]]:
    """For so many words: what each counts in either sum; and what the sums before them count."""
    import numpy as np

    numbers = [1, 0]  # those of the places -1 and 0
    while len(numbers) < count + 3:
        numbers.append((numbers[-1] + numbers[-2]) & _WORD)
    # Products wrap at 64 bits, which the last 32 do not feel.
    falling = np.array(numbers[1 : count + 2][::-1], dtype=np.uint64)
    return (falling[1:], falling[:-1]), (numbers[count], numbers[count + 1], numbers[count + 2])
