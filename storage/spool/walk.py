"""Reads a segment from one end to the other and names what is not as it was written. Nothing is skipped in silence.

A bad end is TORN where the bytes show that the write never finished (too short for its own header, or a sector that
never reached the disk and reads as zeros): no such record was acknowledged, since the fsync had not returned. Any
other bad end is DOUBTFUL: it may have been acknowledged and damaged later, so it is kept and told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from storage.spool.records import (
    DIGEST,
    RECORD_HEADER,
    RECORD_MAGIC,
    SEGMENT_HEADER,
    NotARecordError,
    Record,
    SegmentHeader,
    read_record,
    read_segment_header,
)

SECTOR = 512


class Fault(StrEnum):
    """What can be wrong with a spool, from harmless to grave."""

    TORN_TAIL = "torn-tail"
    DOUBTFUL_TAIL = "doubtful-tail"
    DAMAGED_HEADER = "damaged-header"
    DAMAGED_RECORD = "damaged-record"
    BROKEN_CHAIN = "broken-chain"
    UNOPENABLE = "unopenable"


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes `offset` … `end` of a segment are not what was written, or a record does not follow the one before."""

    fault: Fault
    offset: int
    end: int


Found = Record | Damage


def walk(data: bytes) -> Iterator[Found]:
    """Each record and each damage of a whole segment, in order."""
    header = header_of(data)
    if header is None and len(data) < SEGMENT_HEADER + RECORD_HEADER + DIGEST:
        # No record ever stood here, so nothing was acknowledged in it.
        yield Damage(Fault.TORN_TAIL, 0, len(data))
        return
    if header is None:
        yield Damage(Fault.DAMAGED_HEADER, 0, SEGMENT_HEADER)
    yield from walk_records(data, SEGMENT_HEADER, header.digest if header else None)


def header_of(data: bytes) -> SegmentHeader | None:
    """The segment's header, or None where it is torn or damaged."""
    try:
        return read_segment_header(data)
    except NotARecordError:
        return None


def walk_records(data: bytes, offset: int, previous: bytes | None) -> Iterator[Found]:
    """Records and damages from `offset` on. `previous` is the digest that the next record must follow, if known."""
    while offset < len(data):
        try:
            record = read_record(data, offset)
        except NotARecordError as bad:
            following = _next_record(data, offset + 1)
            if following is None:
                yield Damage(_judge_tail(data, offset, bad), offset, len(data))
                return
            yield Damage(Fault.DAMAGED_RECORD, offset, following.offset)
            offset, previous = following.offset, None
            continue
        if previous is not None and record.previous != previous:
            yield Damage(Fault.BROKEN_CHAIN, record.offset, record.offset)
        yield record
        offset, previous = record.end, record.digest


def _next_record(data: bytes, offset: int) -> Record | None:
    while (offset := data.find(RECORD_MAGIC, offset)) >= 0:
        try:
            return read_record(data, offset)
        except NotARecordError:
            offset += 1
    return None


def _judge_tail(data: bytes, offset: int, bad: NotARecordError) -> Fault:
    if bad.torn or _has_unwritten_sector(data, offset):
        return Fault.TORN_TAIL
    return Fault.DOUBTFUL_TAIL


def _has_unwritten_sector(data: bytes, offset: int) -> bool:
    # A whole sector of ciphertext is never zero. The pieces at either end may be short: the record's magic holds no
    # zero, and that its digest ends in zeros just where a sector begins happens once in a hundred thousand damages.
    sectors = range(offset - offset % SECTOR, len(data), SECTOR)
    return any(not any(data[max(sector, offset) : sector + SECTOR]) for sector in sectors)


def link_after(data: bytes) -> bytes | None:
    """The digest that the next segment's header must name: of the last record; where there is none, the one that this
    segment's own header names; None where that is lost too.
    """
    header = header_of(data)
    digest = header.previous if header else None
    for found in walk(data):
        if isinstance(found, Record):
            digest = found.digest
    return digest
