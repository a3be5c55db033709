"""Striking letters: the words of an erased person are taken out of the spool, and every other letter stays as it is.

A file is written anew beside the old one, synced, and put in its place. Only files are touched that the door writes no
more into and whose every letter is in the database, so that neither it nor intake can be in the middle of one.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import filelock
import pyrage

from storage.errors import DamagedError
from storage.letters import Letter, decode_letters, encode_letters
from storage.spool.disk import Disk
from storage.spool.records import NO_DIGEST, Record, record, segment_header
from storage.spool.segments import LOCK_FILE, first_of, segment_paths
from storage.spool.walk import header_of, walk

_FRESH = ".rewritten"

Theirs = Callable[[int, Letter], bool]
"""Whether the letter with that number is one to strike."""
Rewrite = Callable[[Record], bytes | None]
"""The payload that a record gets; None where it keeps its own."""


def letters_in(found: Record, identities: Sequence[pyrage.x25519.Identity]) -> tuple[Letter, ...]:
    """The letters of a record, or none where none of these keys opens it."""
    for identity in identities:
        try:
            return decode_letters(pyrage.decrypt(found.payload, [identity]))
        except (pyrage.DecryptError, DamagedError):
            continue
    return ()


def struck_record(
    found: Record, *, theirs: Theirs, identities: Sequence[pyrage.x25519.Identity], recipient: str
) -> bytes | None:
    """The record sealed anew with empty letters in the place of theirs, or None where none of it is theirs."""
    letters = letters_in(found, identities)
    gone = [theirs(found.first + place, letter) for place, letter in enumerate(letters)]
    if not any(gone):
        return None
    left = [letter.without_words() if struck else letter for letter, struck in zip(letters, gone, strict=True)]
    return bytes(pyrage.encrypt(encode_letters(left), [pyrage.x25519.Recipient.from_str(recipient)]))


def strike(folder: Path, rewrite: Rewrite, *, through: int, taken: int, resting: bool, disk: Disk) -> bool:
    """Rewrite every file with letters up to `through`, where something in it is to be struck.

    `taken` is the number of the last letter in the database, `resting` says that the door has begun a new file. False
    where a file had to be left for later. Raises OSError; then the old file is in its place.
    """
    whole = True
    with _writer_kept_away(folder) as away:
        paths = segment_paths(folder)
        for place, path in enumerate(paths):
            if first_of(path) > through:
                break
            records = _records(path)
            at_rest = resting or away or place < len(paths) - 1
            if not at_rest or any(one.last > taken for one in records):
                whole = False
                continue
            payloads = [rewrite(one) for one in records]
            if any(payload is not None for payload in payloads):
                _replace(path, _rewritten(path, zip(records, payloads, strict=True)), disk)
    return whole


@contextmanager
def _writer_kept_away(folder: Path) -> Iterator[bool]:
    """Whether no door is there; none can begin while the block runs."""
    lock = filelock.FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _records(path: Path) -> list[Record]:
    return [one for one in walk(path.read_bytes()) if isinstance(one, Record)]


def _rewritten(path: Path, records: Iterable[tuple[Record, bytes | None]]) -> bytes:
    # What is damaged in the file is left out: it cannot be read, so nobody can say whose it is.
    header = header_of(path.read_bytes())
    created, previous = (header.created, header.previous) if header else (0, NO_DIGEST)
    parts = [segment_header(first=first_of(path), created=created, previous=previous, rewritten=True)]
    for one, payload in records:
        parts.append(
            record(
                flags=one.flags,
                letters=one.letters,
                first=one.first,
                received=one.received,
                previous=parts[-1][-len(NO_DIGEST) :],
                payload=one.payload if payload is None else payload,
            )
        )
    return b"".join(parts)


def _replace(path: Path, content: bytes, disk: Disk) -> None:
    fresh = path.with_name(path.name + _FRESH)
    # What a power cut left of an earlier attempt.
    with contextlib.suppress(FileNotFoundError):
        disk.remove(fresh)
    descriptor = disk.create(fresh)
    try:
        disk.write(descriptor, content)
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)
    disk.sync_folder(path.parent)
