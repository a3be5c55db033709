"""From a set back to files: the pages laid over one another, the settings and archives, the person keys beside them."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from storage.copies.manifest import FileCopy, Manifest
from storage.copies.packs import lay
from storage.copies.persons import PersonsCopy, persons_names, read_persons
from storage.copies.shelf import Shelf
from storage.database import open_database
from storage.driver import PAGE_BYTES
from storage.errors import DamagedError, DiskFullError
from storage.integrity import faults_in
from storage.keys.keytable import Key
from storage.keys.opened import OpenKeys
from storage.lasting import BINARY, sync, write_new
from storage.vault import DESK_FILE, PERSONS_FILE

_MOST_PIECES = 100_000
_MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was laid down, from which set and which copy of the person keys."""

    manifest: Manifest
    persons: PersonsCopy
    seen: int  # bytes of data files


def rebuild(
    shelf: Shelf, manifest: Manifest, folder: Path, keys: OpenKeys, persons: PersonsCopy, raw: bytes
) -> Rebuilt:
    """The data files of a set and of a copy of the person keys in `folder`, every page of them checked.

    1. there is room for it, and it is not absurdly much
    2. each piece is what was written, and opens; the pages are laid
    3. each page holds with its key, the trees are whole; the person keys likewise
    Raises DamagedError, DiskFullError.
    """
    _expect_room(manifest, folder)  # 1
    _lay_pages(shelf, manifest, folder / DESK_FILE)  # 2
    for file in manifest.files:
        _put_file(shelf, file, folder)
    write_new(folder / PERSONS_FILE, [raw])
    check_file(folder / DESK_FILE, keys.by_id(manifest.key))  # 3
    check_file(folder / PERSONS_FILE, keys.by_id(persons.key))
    return Rebuilt(manifest, persons, manifest.pages * PAGE_BYTES)


def newest_persons(shelf: Shelf) -> tuple[PersonsCopy, bytes]:
    """The newest copy of the person keys that is whole. Raises DamagedError."""
    told: list[str] = []
    for name in reversed(persons_names(shelf)):
        try:
            return read_persons(shelf, name)
        except DamagedError as error:
            told.append(error.sentence)
    raise DamagedError(
        f"no copy of the person keys is whole: {'; '.join(told) or 'there is none'}",
        remedy="without them nobody's words can be read; look for another place with copies of this desk",
    )


def check_file(path: Path, key: Key) -> None:
    """That every page opens with its key and every tree is whole. Raises DamagedError."""
    engine = open_database(path, key.secret.reveal())
    try:
        if faults := faults_in(engine):
            raise DamagedError(f"{path.name} of the backup is damaged: {'; '.join(faults)}")
    finally:
        engine.dispose()


def _expect_room(manifest: Manifest, folder: Path) -> None:
    if len(manifest.pieces()) > _MOST_PIECES or len(manifest.files) > _MOST_FILES:
        raise DamagedError(f"set {manifest.name} names more pieces than a desk can have")
    needed = manifest.pages * PAGE_BYTES + sum(file.size for file in manifest.files)
    if shutil.disk_usage(folder).free < needed:
        raise DiskFullError(f"the set needs {needed:,} bytes, and there is less room than that here")


def _lay_pages(shelf: Shelf, manifest: Manifest, path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    try:
        for piece in manifest.packs:
            lay(descriptor, shelf.open(piece))
        # The file may have been longer once than it was in the end.
        os.ftruncate(descriptor, manifest.pages * PAGE_BYTES)
        sync(descriptor)
    finally:
        os.close(descriptor)


def _put_file(shelf: Shelf, file: FileCopy, folder: Path) -> None:
    inside = PurePosixPath(file.path)
    if inside.is_absolute() or ".." in inside.parts or not inside.parts:
        raise DamagedError("a set names a file outside of the desk's folder")
    path = folder.joinpath(*inside.parts)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_new(path, map(shelf.open, file.pieces))
    if path.stat().st_size != file.size:
        raise DamagedError(f"{inside.name} of the backup is not as long as it was")
