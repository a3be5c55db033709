"""Writing one set to one place: what changed since the set before it there, and nothing else.

1. The set before it is read at the place: which map of pages it knows, and up to which mark.
2. The data file is held still; the pages written since are found, sealed, and staged on this machine.
3. The data file is let go, then everything is carried to the place, the set's own file last. Whatever is interrupted,
   the older sets are as they were, and pieces that no set names are swept away later.
4. Everything that was carried is read back at the place: digest, and opened with its key.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage.copies import pages as page_maps
from storage.copies.keyrings import keep_keyring
from storage.copies.manifest import FileCopy, Manifest, Piece
from storage.copies.packs import packs
from storage.copies.shelf import PIECES, Shelf, piece_of
from storage.copies.steady import steady
from storage.errors import DamagedError
from storage.keys.keytable import KeyName
from storage.meta import Meta
from storage.vault import DESK_FILE, Vault

BASE_EVERY_MS = 7 * 24 * 3_600_000
LOCAL_FOLDER = "backups"
_MAP_FILE = "pages.map"
_STAGED = "outgoing"
_FILE_PART = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """A set as it was written and read back."""

    manifest: Manifest
    base: bool
    pages: int
    sent: int  # bytes carried to the place


@dataclass(slots=True)
class _Staged:
    """Sealed pieces that wait on this machine for the way to the place."""

    folder: Path
    pieces: list[Piece] = field(default_factory=list)

    def add(self, sealed: bytes) -> Piece:
        piece = piece_of(sealed)
        (self.folder / piece.name).write_bytes(sealed)
        self.pieces.append(piece)
        return piece


def write_set(
    vault: Vault,
    shelf: Shelf,
    *,
    now: int,
    epoch: int,
    persons: Callable[[], str],
    files: Mapping[str, Path],
    base: bool = False,
) -> Written:
    """One set more at the place, checked there. `files` are copied beside the data, by the path they get.

    `persons` sees to the copy of the person keys and names it. It is asked when the pages are taken, not before: the
    copy must have the key of everybody who is in them.
    """
    names = shelf.sets()
    before, _ = shelf.newest()  # 1
    held = {one.name: one.size for one in shelf.place.names(shelf.path(PIECES))}
    with _staging(vault.folder) as staged:
        with vault.look() as tx:
            leaves, note, spool = tx.audit.count(), tx.audit.newest_note(), tx.meta.number(Meta.SPOOL_SEQUENCE)
        key = vault.keys.key(KeyName.DB).id
        path = vault.folder / LOCAL_FOLDER / _MAP_FILE
        with vault.unchanged(), steady(dict(vault.engines())[DESK_FILE]):  # 2
            known = page_maps.load(path, key=key)
            descriptor = vault.main_file(DESK_FILE)
            known.look(descriptor)
            goes_on = None if base else _going_on(before, known, held, now)
            changed = known.after(0 if goes_on is None else goes_on.mark)
            packed = [staged.add(shelf.seal.seal(pack)) for pack in packs(descriptor, changed)]
        page_maps.save(path, known)
        copied = tuple(_file(staged, shelf, name, file, before, held) for name, file in sorted(files.items()))
        kept_persons, keyring = persons(), keep_keyring(vault, shelf, now)
        manifest = Manifest(
            name=shelf.next_name(now, names),
            desk=vault.keys.desk,
            at=now,
            epoch=epoch,
            based_at=now if goes_on is None else goes_on.based_at,
            before=names[-1] if names else "",
            map=known.id,
            mark=known.mark,
            key=key,
            pages=known.pages,
            packs=(*(() if goes_on is None else goes_on.packs), *packed),
            files=copied,
            keyring=keyring,
            persons=kept_persons,
            leaves=leaves,
            checkpoint="" if note is None else note.text,
            spool=spool,
        )
        sent = _carry(shelf, staged)  # 3
    sent += shelf.put_set(manifest)
    _read_back(shelf, manifest, staged.pieces)  # 4
    return Written(manifest, goes_on is None, len(changed), sent)


def _going_on(before: Manifest | None, known: page_maps.PageMap, held: dict[str, int], now: int) -> Manifest | None:
    """The set to go on from, or None where everything must be copied anew."""
    if before is None or (before.map, before.key) != (known.id, known.key) or before.mark > known.mark:
        return None
    if not 0 <= now - before.based_at < BASE_EVERY_MS:
        return None
    # A piece that is gone from the place, or was cut off there, would spoil every set that goes on from it.
    return before if all(held.get(piece.name) == piece.size for piece in before.packs) else None


def _file(
    staged: _Staged, shelf: Shelf, name: str, file: Path, before: Manifest | None, held: dict[str, int]
) -> FileCopy:
    facts = file.stat()
    for known in before.files if before else ():
        same = (known.path, known.size, known.changed) == (name, facts.st_size, facts.st_mtime_ns)
        if same and all(held.get(piece.name) == piece.size for piece in known.pieces):
            return known
    with file.open("rb") as source:
        pieces = [staged.add(shelf.seal.seal(part)) for part in iter(lambda: source.read(_FILE_PART), b"")]
    return FileCopy(name, facts.st_size, facts.st_mtime_ns, tuple(pieces))


def _carry(shelf: Shelf, staged: _Staged) -> int:
    for piece in staged.pieces:
        shelf.put(PIECES, piece, (staged.folder / piece.name).read_bytes())
    return sum(piece.size for piece in staged.pieces)


def _read_back(shelf: Shelf, manifest: Manifest, pieces: list[Piece]) -> None:
    """Raises DamagedError where the place did not keep what it was given."""
    if shelf.manifest(manifest.name) != manifest:
        raise DamagedError(f"set {manifest.name} reads back as another")
    for piece in pieces:
        shelf.open(piece)


@contextmanager
def _staging(folder: Path) -> Iterator[_Staged]:
    staged = folder / LOCAL_FOLDER / _STAGED
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True, mode=0o700)
    try:
        yield _Staged(staged)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
