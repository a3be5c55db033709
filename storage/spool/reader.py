"""Reads the letters back, beside a writer that may be at work in another process, and tells what is damaged."""

import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path

import pyrage

from storage.errors import SpoolFailedError
from storage.letters import Letter
from storage.spool.disk import Disk
from storage.spool.records import Record
from storage.spool.segments import first_of, note_taken, segment_path, segment_paths
from storage.spool.strike import Theirs, letters_in, strike, struck_record
from storage.spool.walk import Damage, Fault, header_of, link_after, walk, walk_records


def _system_clock() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class SpooledLetter:
    """A letter and its number. Numbers rise and never come twice, but there are gaps between them."""

    sequence: int
    letter: Letter


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the spool that is not as it was written. `harmless` if nothing acknowledged can be missing."""

    fault: Fault
    segment: str
    offset: int
    length: int

    @property
    def harmless(self) -> bool:
        return self.fault is Fault.TORN_TAIL


@dataclass(frozen=True, slots=True)
class _Place:
    """Where reading goes on: the first byte after the record that ends with `sequence`."""

    sequence: int
    segment: int
    offset: int
    digest: bytes


class SpoolReader:
    """Letters in the order of their numbers. `identities` are the private halves of all intake keys still in use."""

    def __init__(
        self,
        folder: Path,
        *,
        identities: Sequence[pyrage.x25519.Identity],
        disk: Disk | None = None,
        now: Callable[[], int] = _system_clock,
    ) -> None:
        self._folder = folder
        self._identities = tuple(identities)
        self._disk = disk or Disk()
        self._now = now
        self._place: _Place | None = None

    def take_identities(self, identities: Sequence[pyrage.x25519.Identity]) -> None:
        """Open with these from now on: the intake key was changed."""
        self._identities = tuple(identities)

    def with_identities(self, identities: Sequence[pyrage.x25519.Identity]) -> "SpoolReader":
        """Another reader of the same letters."""
        return SpoolReader(self._folder, identities=identities, disk=self._disk, now=self._now)

    def read_after(self, sequence: int, limit: int) -> list[SpooledLetter]:
        """Up to `limit` letters that follow `sequence` (0: all). What is damaged is passed over; `check` names it.

        They are on stable storage here, so that no power cut takes a letter that was taken in. Raises SpoolFailedError.
        """
        letters: list[SpooledLetter] = []
        read: set[int] = set()
        for segment, record in self._records_after(sequence):
            read.add(segment)
            letters.extend(one for one in self._open(record) if one.sequence > sequence)
            if len(letters) >= limit:
                break
            self._place = _Place(record.last, segment, record.end, record.digest)
        for segment in read:
            self._make_last(segment_path(self._folder, segment))
        return letters[:limit]

    def count_after(self, sequence: int) -> int:
        """How many letters follow `sequence`, readable or not by these identities."""
        return sum(record.letters - max(0, sequence - record.first + 1) for _, record in self._records_after(sequence))

    def note_taken(self, sequence: int) -> None:
        """Tell the door that the letters up to `sequence` are taken in, so that it has room for unchecked ones."""
        note_taken(self._folder, sequence)

    def strike(self, theirs: Theirs, *, through: int, taken: int, recipient: str, resting: bool) -> bool:
        """Take the words out of the letters that are `theirs`; see strike.py. False where some may be left."""
        keep = partial(struck_record, theirs=theirs, identities=self._identities, recipient=recipient)
        return strike(self._folder, keep, through=through, taken=taken, resting=resting, disk=self._disk)

    def drop_through(self, sequence: int, *, older_than_ms: int) -> int:
        """Remove whole segments whose every letter is numbered up to `sequence` and is older than so many
        milliseconds. The newest segment stays. Returns how many files went.
        """
        before = self._now() - older_than_ms
        paths = segment_paths(self._folder)
        dropped = 0
        for path in paths[:-1]:
            records = [one for one in walk(path.read_bytes()) if isinstance(one, Record)]
            newest = max((one.received for one in records), default=path.stat().st_mtime_ns // 1_000_000)
            if first_of(path) > sequence or newest >= before or any(one.last > sequence for one in records):
                break
            path.unlink()
            dropped += 1
        return dropped

    def check(self) -> list[Finding]:
        """Read everything and name each damage. An unfinished write at the very end is told as harmless."""
        findings: list[Finding] = []
        before: bytes | None = None
        for path in segment_paths(self._folder):
            data = _read(path)
            if data is None:
                continue
            header = header_of(data)
            if header and before is not None and header.previous != before:
                findings.append(Finding(Fault.BROKEN_CHAIN, path.name, 0, 0))
            findings += [
                Finding(damage.fault, path.name, damage.offset, damage.end - damage.offset)
                for damage in self._damages(data)
            ]
            before = None if header and header.rewritten else link_after(data) or before
        return findings

    def _make_last(self, path: Path) -> None:
        # The writer may be between its write and its sync: what is read then is not on the disk yet.
        try:
            descriptor = self._disk.reopen(path)
            try:
                self._disk.sync(descriptor)
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            return
        except OSError as error:
            failure = errno.errorcode.get(error.errno or 0, type(error).__name__)
            raise SpoolFailedError(
                f"the spool cannot be made to last: {failure}", remedy="check the disk; the letters stay in the spool"
            ) from error

    def _damages(self, data: bytes) -> Iterator[Damage]:
        for one in walk(data):
            if isinstance(one, Damage):
                yield one
            elif not self._opens(one):
                yield Damage(Fault.UNOPENABLE, one.offset, one.end)

    def _records_after(self, sequence: int) -> Iterator[tuple[int, Record]]:
        place = self._place if self._place and self._place.sequence <= sequence else None
        paths = [path for path in segment_paths(self._folder) if place is None or first_of(path) >= place.segment]
        for path, following in zip_longest(paths, paths[1:]):
            if following is not None and first_of(following) <= sequence:
                continue
            data = _read(path)
            if data is None:
                continue
            segment = first_of(path)
            goes_on = place if place and place.segment == segment else None
            for one in walk_records(data, goes_on.offset, goes_on.digest) if goes_on else walk(data):
                if isinstance(one, Record) and one.last > sequence:
                    yield segment, one

    def _opens(self, record: Record) -> bool:
        return not self._identities or bool(self._open(record))

    def _open(self, record: Record) -> list[SpooledLetter]:
        letters = letters_in(record, self._identities)
        return [_numbered(record, index, letter) for index, letter in enumerate(letters)]


def _numbered(record: Record, index: int, letter: Letter) -> SpooledLetter:
    # Both the sealed word and the header must say that the signature was checked.
    return SpooledLetter(record.first + index, replace(letter, checked=letter.checked and not record.unchecked))


def _read(path: Path) -> bytes | None:
    """The segment, or None if it was dropped meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
