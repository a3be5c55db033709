"""Which pages of an encrypted data file changed since when.

Each time SQLCipher writes a page it draws a new random vector for it, which stands in the page's last 80 bytes. Eight
bytes of it tell a page that was written again from one that was not, without a digest and without a key. Beside them
stands a mark: the number of the look at which the page was found changed. A place that has everything up to mark m
lacks the pages whose mark is greater.
"""

import hashlib
import os
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from storage.driver import PAGE_BYTES
from storage.ids import new_id

_PRINT_AT = PAGE_BYTES - 80
_PRINT_BYTES = 8
_AT_ONCE = 1024
_HEAD = struct.Struct(">8s16s16sIQ")
_FORM = b"ndpages1"
_SUM_BYTES = 32

Marks = npt.NDArray[np.uint32]
Prints = npt.NDArray[np.uint64]


@dataclass(slots=True)
class PageMap:
    """The pages of one data file under one key. `id` names this map: another one knows nothing of these marks."""

    id: str
    key: str
    mark: int
    marks: Marks
    prints: Prints

    @property
    def pages(self) -> int:
        return len(self.prints)

    def after(self, mark: int) -> list[int]:
        """The pages (from 0) found changed after that mark."""
        return [int(page) for page in np.flatnonzero(self.marks > mark)]

    def look(self, descriptor: int) -> int:
        """Compare with the file, which must stand still. How many pages were found changed."""
        found = _prints(descriptor)
        pages, known = len(found), self.pages
        marks = np.zeros(pages, np.uint32)
        same = min(pages, known)
        marks[:same] = self.marks[:same]
        changed = np.ones(pages, np.bool_)
        changed[:same] = found[:same] != self.prints[:same]
        count = int(np.count_nonzero(changed))
        if count or pages != known:
            self.mark += 1
            marks[changed] = self.mark
        self.marks, self.prints = marks, found
        return count


def fresh(key: str) -> PageMap:
    """A map that knows no page yet."""
    return PageMap(new_id(), key, 0, np.zeros(0, np.uint32), np.zeros(0, np.uint64))


def load(path: Path, *, key: str) -> PageMap:
    """The map in that file; a fresh one where there is none, it is damaged, or the data file has another key."""
    try:
        raw = path.read_bytes()
    except OSError:
        return fresh(key)
    body, checksum = raw[:-_SUM_BYTES], raw[-_SUM_BYTES:]
    if len(body) < _HEAD.size or hashlib.sha256(body).digest() != checksum:
        return fresh(key)
    form, name, of_key, mark, pages = _HEAD.unpack_from(body)
    if form != _FORM or of_key.hex() != key:
        return fresh(key)
    marks = np.frombuffer(body, ">u4", pages, _HEAD.size).astype(np.uint32)
    prints = np.frombuffer(body, ">u8", pages, _HEAD.size + 4 * pages).astype(np.uint64)
    return PageMap(name.hex(), key, mark, marks, prints)


def save(path: Path, pages: PageMap) -> None:
    """Keep it. Needs no sync: a map that is lost or torn costs one whole copy, and nothing else."""
    head = _HEAD.pack(_FORM, bytes.fromhex(pages.id), bytes.fromhex(pages.key), pages.mark, pages.pages)
    body = head + pages.marks.astype(">u4").tobytes() + pages.prints.astype(">u8").tobytes()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(body + hashlib.sha256(body).digest())
    new.replace(path)


def read_page(descriptor: int, page: int) -> bytes:
    """One page as it lies in the file, encrypted."""
    return os.pread(descriptor, PAGE_BYTES, page * PAGE_BYTES)


def _prints(descriptor: int) -> Prints:
    parts: list[Prints] = []
    offset = 0
    while chunk := os.pread(descriptor, _AT_ONCE * PAGE_BYTES, offset):
        whole = len(chunk) // PAGE_BYTES
        rows = np.frombuffer(chunk, np.uint8, whole * PAGE_BYTES).reshape(whole, PAGE_BYTES)
        tails = np.ascontiguousarray(rows[:, _PRINT_AT : _PRINT_AT + _PRINT_BYTES])
        parts.append(tails.view(">u8").reshape(whole).astype(np.uint64))
        offset += len(chunk)
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)
