"""Packs: changed pages of a data file, as they lie there (encrypted by SQLCipher), in pieces of a bounded size.

nightdesk pages 1 LF | count u32 | page numbers u32 … | pages …        big-endian; pages counted from 0
"""

import os
import struct
from collections.abc import Iterator, Sequence

from storage.copies.pages import read_page
from storage.driver import PAGE_BYTES
from storage.errors import DamagedError

PAGES_A_PACK = 2048
_FORM = b"nightdesk pages 1\n"


def packs(descriptor: int, pages: Sequence[int]) -> Iterator[bytes]:
    """The pages of a file that stands still, pack by pack."""
    for start in range(0, len(pages), PAGES_A_PACK):
        some = pages[start : start + PAGES_A_PACK]
        head = _FORM + struct.pack(f">I{len(some)}I", len(some), *some)
        yield head + b"".join(read_page(descriptor, page) for page in some)


def lay(descriptor: int, pack: bytes) -> int:
    """Put the pages of a pack where they belong; how many they were. Raises DamagedError."""
    view = memoryview(pack)
    if bytes(view[: len(_FORM)]) != _FORM:
        raise DamagedError("a pack of pages has another form")
    try:
        (count,) = struct.unpack_from(">I", view, len(_FORM))
        numbers = struct.unpack_from(f">{count}I", view, len(_FORM) + 4)
    except struct.error:
        raise DamagedError("a pack of pages is cut short") from None
    start = len(_FORM) + 4 + 4 * count
    if len(view) != start + count * PAGE_BYTES:
        raise DamagedError("a pack of pages is cut short")
    for place, page in enumerate(numbers):
        at = start + place * PAGE_BYTES
        os.pwrite(descriptor, view[at : at + PAGE_BYTES], page * PAGE_BYTES)
    return len(numbers)
