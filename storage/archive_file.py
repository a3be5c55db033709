"""Archive files: texts past their active time, each still sealed with its person's key, in files with their own keys.

    nightdesk archive 1 LF | envelope (sealing.py) of the JSON object
    {"desk", "id", "sequence", "previous", "made_at", "entries": [[table, column, row, person, at, base64], …]}

A file is written once and never changed. `previous` is the SHA-256 of the file made before it, so that one that was put
away or put back is noticed.
"""

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from storage.archive_index import ArchiveFile, ArchiveId
from storage.errors import DamagedError, MissingError, SealError
from storage.ids import new_id
from storage.keys.secret import SecretBytes
from storage.lasting import sync_folder, write_whole
from storage.retention import Past
from storage.sealing import KEY_BYTES, About, open_sealed, seal
from storage.seals import Sealed

ARCHIVE_FOLDER = "archive"
FIRST_LINE = b"nightdesk archive 1\n"
NO_FILE_BEFORE = "0" * 64
_SCHEMA = 1
_SUFFIX = ".archive"
_UNFINISHED = ".part"
NEXT = ".next"


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed value out of an archive file, and when its text was written."""

    sealed: Sealed
    at: int


def path_of(folder: Path, file: ArchiveId) -> Path:
    """Where that file lies in the desk's folder."""
    return folder / ARCHIVE_FOLDER / f"{file}{_SUFFIX}"


def write_archive(
    folder: Path, texts: Sequence[Past], *, desk: str, before: ArchiveFile | None, at: int
) -> ArchiveFile:
    """Put the texts into a new file: whole on the disk and read back when this returns. The index does not know it yet.

    Raises OSError where the disk fails; then nothing is left that counts.
    """
    times = [one.at for one in texts]
    file = ArchiveFile(
        id=ArchiveId(new_id()),
        sequence=1 if before is None else before.sequence + 1,
        digest="",
        previous=NO_FILE_BEFORE if before is None else before.digest,
        count=len(texts),
        size=0,
        first_at=min(times),
        last_at=max(times),
        made_at=at,
        key=SecretBytes(secrets.token_bytes(KEY_BYTES)),
    )
    entries = [Entry(one, text.at) for text in texts for one in text.words]
    path = path_of(folder, file.id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    # The first file makes the folder: its name must last before the words go from where they were.
    sync_folder(folder)
    file = _put(path, file, entries, desk)
    read_archive(folder, file, desk=desk)
    return file


def write_again(folder: Path, file: ArchiveFile, entries: Sequence[Entry], *, desk: str, previous: str) -> ArchiveFile:
    """The same texts in another file under another key, behind the one whose digest is `previous`.

    It lies beside the others under a name that counts for nothing yet; `take_in` gives it its own.
    """
    fresh = replace(file, id=ArchiveId(new_id()), key=SecretBytes(secrets.token_bytes(KEY_BYTES)), previous=previous)
    return _put(next_path(folder, fresh.id), fresh, entries, desk)


def next_path(folder: Path, file: ArchiveId) -> Path:
    """Where `write_again` puts a file."""
    return folder / ARCHIVE_FOLDER / f"{file}{_SUFFIX}{NEXT}"


def take_in(folder: Path) -> None:
    """Give each file that was written again its own name."""
    fresh = sorted((folder / ARCHIVE_FOLDER).glob(f"*{_SUFFIX}{NEXT}"))
    for path in fresh:
        path.replace(path.with_name(path.name.removesuffix(NEXT)))
    if fresh:
        sync_folder(folder / ARCHIVE_FOLDER)


def leave_out(folder: Path) -> None:
    """Remove what was written again and is not wanted."""
    for path in (folder / ARCHIVE_FOLDER).glob(f"*{_SUFFIX}{NEXT}"):
        path.unlink(missing_ok=True)


def read_archive(folder: Path, file: ArchiveFile, *, desk: str) -> list[Entry]:
    """What the file holds, each value still shut. Raises MissingError, DamagedError."""
    try:
        content = path_of(folder, file.id).read_bytes()
    except FileNotFoundError:
        raise MissingError(f"the archive file {file.id} is not there", remedy="restore it from a backup") from None
    if hashlib.sha256(content).hexdigest() != file.digest or not content.startswith(FIRST_LINE):
        raise _damaged(file)
    try:
        told = json.loads(open_sealed(content[len(FIRST_LINE) :], _about(desk, file), file.id, file.key))
    except SealError:
        raise _damaged(file) from None
    return [
        Entry(Sealed(table, column, row, person, b64decode(envelope)), at)
        for table, column, row, person, at, envelope in told["entries"]
    ]


def check_archives(folder: Path, files: Sequence[ArchiveFile], *, desk: str) -> int:
    """That each file is there, whole, and follows the one before it; how many texts they hold.

    Raises MissingError, DamagedError. The oldest follows on files whose time is over.
    """
    for file in files:
        held = read_archive(folder, file, desk=desk)
        if len({(entry.sealed.table, entry.sealed.row) for entry in held}) != file.count:
            raise _damaged(file)
    for one, after in pairwise(files):
        if after.sequence == one.sequence + 1 and after.previous != one.digest:
            raise _damaged(after)
    return sum(file.count for file in files)


def drop_archive(folder: Path, file: ArchiveId) -> None:
    """Take the file away. Its key is gone from the index before: what may be left of it on the disk is noise."""
    path_of(folder, file).unlink(missing_ok=True)


def strays(folder: Path, known: Collection[ArchiveId]) -> list[Path]:
    """Files that the index does not know: a writing that was cut short, or a file whose key is gone."""
    place = folder / ARCHIVE_FOLDER
    named = {f"{file}{_SUFFIX}" for file in known}
    found = [*place.glob(f"*{_SUFFIX}"), *place.glob(f".*{_UNFINISHED}")]
    return sorted(path for path in found if path.name not in named)


def _put(path: Path, file: ArchiveFile, entries: Sequence[Entry], desk: str) -> ArchiveFile:
    content = FIRST_LINE + seal(_spelled(desk, file, entries), _about(desk, file), file.id, file.key)
    write_whole(path, [content], fresh=path.with_name(f".{path.stem}{_UNFINISHED}"))
    return replace(file, digest=hashlib.sha256(content).hexdigest(), size=len(content))


def _spelled(desk: str, file: ArchiveFile, held: Sequence[Entry]) -> bytes:
    entries = [
        [entry.sealed.table, entry.sealed.column, entry.sealed.row, entry.sealed.person, entry.at, _text_of(entry)]
        for entry in held
    ]
    told = {
        "desk": desk,
        "id": file.id,
        "sequence": file.sequence,
        "previous": file.previous,
        "made_at": file.made_at,
        "entries": entries,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _text_of(entry: Entry) -> str:
    return b64encode(entry.sealed.envelope).decode()


def _about(desk: str, file: ArchiveFile) -> About:
    return About(desk=desk, table="archive_files", column="file", row=file.id, person="-", schema=_SCHEMA)


def _damaged(file: ArchiveFile) -> DamagedError:
    return DamagedError(f"the archive file {file.id} is not what was written", remedy="restore it from a backup")
