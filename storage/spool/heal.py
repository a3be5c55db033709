"""What a writer finds when it opens a spool: a torn end is cut off, an empty segment removed, all else left alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from storage.spool.disk import Disk
from storage.spool.records import NO_DIGEST, SEGMENT_HEADER, Record
from storage.spool.segments import first_of, segment_paths
from storage.spool.walk import Damage, Fault, header_of, walk


@dataclass(frozen=True, slots=True)
class Start:
    """Where a new segment goes on: after `last`, following the record with this digest."""

    last: int
    previous: bytes


def heal(folder: Path, disk: Disk) -> Start:
    """Cut what a power cut left half-written, and say where to go on. Raises OSError.

    Only bytes that cannot have been acknowledged are cut: the newest segment's TORN end (see walk.py).
    """
    last = 0
    for path in reversed(segment_paths(folder)):
        last = max(last, first_of(path))
        data = path.read_bytes()
        found = list(walk(data))
        torn = (one.offset for one in found if isinstance(one, Damage) and one.fault is Fault.TORN_TAIL)
        keep = next(torn, len(data))
        records = [one for one in found if isinstance(one, Record)]
        if keep <= SEGMENT_HEADER and not records:
            # Its number stays used: a reader may have seen a letter here that the power cut then took away.
            disk.remove(path)
            disk.sync_folder(folder)
            continue
        if keep < len(data):
            _cut(path, keep, disk)
        if records:
            return Start(max(last, records[-1].last), records[-1].digest)
        header = header_of(data)
        return Start(last, header.digest if header else NO_DIGEST)
    return Start(last, NO_DIGEST)


def _cut(path: Path, size: int, disk: Disk) -> None:
    descriptor = disk.reopen(path)
    try:
        disk.truncate(descriptor, size)
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
