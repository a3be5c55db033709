"""The bytes of the spool: a segment's header, and records that each carry the digest of the one before.

    segment  magic 8 | version u16 | rewritten u16 | first sequence u64 | created u64 | digest before 32 |
             SHA-256 of these
    record   magic 4 | flags u16 | letters u16 | payload bytes u32 | first sequence u64 | received u64 |
             digest before 32 | CRC-32 of these | payload: one age file | SHA-256 of all of these

Big-endian. The digest of a record is the SHA-256 at its end; a segment's first record follows the digest at the end
of the segment's header, and that header names the digest at the end of the segment before. The CRC lets a reader
believe a record's length before it has the rest: only so can a torn write be told from a flipped bit.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from enum import IntFlag

SEGMENT_MAGIC = b"NDSPOOL\x0a"
RECORD_MAGIC = b"\xf0NDr"
VERSION = 1
DIGEST = 32
NO_DIGEST = bytes(DIGEST)

_SEGMENT = struct.Struct(">8sHHQQ32s")
_RECORD = struct.Struct(">4sHHIQQ32s")
_CRC = struct.Struct(">I")

SEGMENT_HEADER = _SEGMENT.size + DIGEST
RECORD_HEADER = _RECORD.size + _CRC.size
MAX_LETTERS = 0xFFFF


class Flag(IntFlag):
    """What the record's header says about all of its letters."""

    UNCHECKED = 1


class NotARecordError(ValueError):
    """These bytes are no whole record or segment header; `torn` if they are the beginning of one."""

    def __init__(self, *, torn: bool) -> None:
        super().__init__("torn" if torn else "not a record")
        self.torn = torn


@dataclass(frozen=True, slots=True)
class SegmentHeader:
    first: int
    created: int
    previous: bytes
    digest: bytes
    rewritten: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One sealed batch of letters, numbered `first` … `last`, at `offset` in its segment."""

    offset: int
    end: int
    flags: Flag
    letters: int
    first: int
    received: int
    previous: bytes
    digest: bytes
    payload: bytes = field(repr=False)

    @property
    def last(self) -> int:
        return self.first + self.letters - 1

    @property
    def unchecked(self) -> bool:
        return Flag.UNCHECKED in self.flags


def segment_header(*, first: int, created: int, previous: bytes, rewritten: bool = False) -> bytes:
    """The bytes that a new segment begins with. The digest at the end of one that was rewritten is another than the
    next segment names.
    """
    head = _SEGMENT.pack(SEGMENT_MAGIC, VERSION, int(rewritten), first, created, previous)
    return head + hashlib.sha256(head).digest()


def read_segment_header(data: bytes) -> SegmentHeader:
    """The header at the start of `data`. Raises NotARecordError."""
    if len(data) < SEGMENT_HEADER:
        raise NotARecordError(torn=True)
    magic, version, rewritten, first, created, previous = _SEGMENT.unpack_from(data)
    digest = data[_SEGMENT.size : SEGMENT_HEADER]
    whole = hashlib.sha256(data[: _SEGMENT.size]).digest() == digest
    if not whole or magic != SEGMENT_MAGIC or version != VERSION:
        raise NotARecordError(torn=False)
    return SegmentHeader(first, created, previous, digest, bool(rewritten))


def record(*, flags: Flag, letters: int, first: int, received: int, previous: bytes, payload: bytes) -> bytes:
    """The bytes of one record; the last 32 are its digest."""
    head = _RECORD.pack(RECORD_MAGIC, flags, letters, len(payload), first, received, previous)
    whole = b"".join((head, _CRC.pack(zlib.crc32(head)), payload))
    return whole + hashlib.sha256(whole).digest()


def record_size(payload: bytes) -> int:
    """How many bytes `record` makes of this payload."""
    return RECORD_HEADER + len(payload) + DIGEST


def read_record(data: bytes, offset: int) -> Record:
    """The record at `offset`. Raises NotARecordError."""
    start = offset + RECORD_HEADER
    if start > len(data):
        raise NotARecordError(torn=True)
    magic, flags, letters, length, first, received, previous = _RECORD.unpack_from(data, offset)
    (crc,) = _CRC.unpack_from(data, offset + _RECORD.size)
    if magic != RECORD_MAGIC or zlib.crc32(data[offset : offset + _RECORD.size]) != crc:
        raise NotARecordError(torn=False)
    body_end = start + length
    end = body_end + DIGEST
    if end > len(data):
        raise NotARecordError(torn=True)
    digest = data[body_end:end]
    if hashlib.sha256(data[offset:body_end]).digest() != digest:
        raise NotARecordError(torn=False)
    return Record(offset, end, Flag(flags), letters, first, received, previous, digest, data[start:body_end])
