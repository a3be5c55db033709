"""What a writer finds when it opens a spool: a torn end is cut off, all else left alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from storage.spool.disk import Disk
from storage.spool.records import NO_DIGEST, SEGMENT_HEADER, Record
from storage.spool.segments import first_of, segment_paths
from storage.spool.walk import Damage, Fault, Found, link_after, walk


@dataclass(frozen=True, slots=True)
class Start:
    """Where a new segment goes on: after `last`, following the record with this digest.

    `leftovers` are newer segments that hold no record. Their numbers stay used, since a reader may have seen a letter
    there that a power cut then took away; so they may go only once a newer segment lasts.
    """

    last: int
    previous: bytes
    leftovers: tuple[Path, ...] = ()


def heal(folder: Path, disk: Disk) -> Start:
    """Cut what a power cut left half-written, and say where to go on. Raises OSError.

    Only bytes that cannot have been acknowledged are cut: the newest segment's TORN end (see walk.py).
    """
    last = 0
    previous = None
    leftovers: list[Path] = []
    for path in reversed(segment_paths(folder)):
        last = max(last, first_of(path))
        data = path.read_bytes()
        previous = previous or link_after(data)
        found = list(walk(data))
        records = [one for one in found if isinstance(one, Record)]
        keep = next((one.offset for one in found if _is_torn(one)), len(data))
        if records or keep > SEGMENT_HEADER:
            if keep < len(data):
                _cut(path, keep, disk)
            last = max(last, *(one.last for one in records), 0)
            break
        leftovers.append(path)
    return Start(last, previous or NO_DIGEST, tuple(leftovers))


def _is_torn(found: Found) -> bool:
    return isinstance(found, Damage) and found.fault is Fault.TORN_TAIL


def _cut(path: Path, size: int, disk: Disk) -> None:
    descriptor = disk.reopen(path)
    try:
        disk.truncate(descriptor, size)
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
