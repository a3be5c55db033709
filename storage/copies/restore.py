"""Bringing a desk back from a place with nothing but the recovery sheet: which keyring, which set, into which folder.

The keyring says everything else: its root key draws the keys that open sets and pieces. Nothing here decides what a
restored desk may do; see appliance/keeping/restoring.py.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.copies.manifest import Manifest
from storage.copies.persons import PersonsCopy, persons_names, read_persons
from storage.copies.place import Place
from storage.copies.rebuild import Rebuilt, rebuild
from storage.copies.shelf import BEGINNING, KEYS, Shelf
from storage.errors import DamagedError, MissingError, StorageError, WrongKeyError
from storage.keys.copies import NAMES
from storage.keys.copies_seal import copies_seal, keyring_by_the_sheet
from storage.keys.keyring import unlock_by_identity
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.lasting import write_new


class NoCopyError(MissingError):
    """There is nothing at that place that this sheet could bring back."""

    code = "no-backup"


@dataclass(frozen=True, slots=True)
class Brought:
    """A desk's files, brought back and checked, its keys open. `passed_over` says which younger sets did not do."""

    keys: OpenKeys
    shelf: Shelf
    rebuilt: Rebuilt
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Keyring:
    """A keyring at the place that the sheet opens, and the shelf as its root key sees it."""

    name: str
    raw: bytes
    ids: frozenset[str]
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class _Persons:
    copy: PersonsCopy
    raw: bytes


def bring_back(
    place: Place, identity: SecretBytes, folder: Path, *, may_be: Callable[[str], object] = lambda _: None
) -> Brought:
    """The newest whole set at the place, in `folder`, which must be empty. `may_be` raises, early, where a desk of that
    name may not be brought back here.

    1. every keyring at the place that the sheet opens, the newest first
    2. the copies of the person keys, the newest first
    3. the newest set that one of the keyrings proves, with a keyring that opens it and a copy of the person keys
    4. its files, rebuilt and checked; where something is damaged the set before it is taken, and that is told
    Raises NoCopyError, WrongKeyError (there are copies, but for another sheet), DamagedError (no set is whole).
    """
    keyrings = list(_keyrings(place, identity, folder))  # 1
    may_be(keyrings[0].shelf.seal.desk)
    persons = list(_persons(keyrings))  # 2
    passed: list[str] = []
    for name in sorted({name for keyring in keyrings for name in keyring.shelf.sets()}, reverse=True):
        try:
            shelf, manifest = _proven(keyrings, name)  # 3
            keyring, copy = _fitting(keyrings, persons, manifest)
            keys = _unlocked(keyring.raw, identity, folder)
            rebuilt = rebuild(shelf, manifest, folder, keys, copy.copy, copy.raw)  # 4
        except DamagedError as error:
            passed.append(f"set {name}: {error.sentence}")
            empty(folder)
        else:
            return Brought(keys, keyring.shelf, rebuilt, tuple(passed))
    raise DamagedError(
        f"none of the sets at {place.title} is whole: {'; '.join(passed) or 'there is no set'}",
        remedy="try another place with copies of this desk",
    )


def empty(folder: Path) -> None:
    """Take away what was laid down so far."""
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()


def desks_at(place: Place) -> tuple[str, ...]:
    """The desks that have copies there, by the ids of their folders."""
    return tuple(name.removeprefix(BEGINNING) for name in place.folders(BEGINNING))


def _keyrings(place: Place, identity: SecretBytes, folder: Path) -> Iterator[_Keyring]:
    ids = desks_at(place)
    if not ids:
        raise NoCopyError(f"{place.title} holds no backups of a desk", remedy="name the folder the backups went to")
    told: list[str] = []
    found = 0
    for desk in ids:
        for held in reversed(place.names(f"{BEGINNING}{desk}/{KEYS}")):
            try:
                raw = keyring_by_the_sheet(identity, place.read(f"{BEGINNING}{desk}/{KEYS}/{held.name}"))
                keys = _unlocked(raw, identity, folder)
            except DamagedError as error:
                told.append(error.sentence)
                continue
            found += 1
            yield _Keyring(
                held.name, raw, frozenset(key.id for key in keys.all()), Shelf(place, copies_seal(keys), id=desk)
            )
            keys.close()
            empty(folder)
    if not found:
        raise WrongKeyError(
            f"this sheet opens none of the backups at {place.title}: {'; '.join(told) or 'no keyring is there'}",
            remedy="look for the newest sheet with the desk's name on it, or for another place with copies",
        )


def _persons(keyrings: Sequence[_Keyring]) -> Iterator[_Persons]:
    shelves = [keyring.shelf for keyring in keyrings]
    for name in sorted({name for shelf in shelves for name in persons_names(shelf)}, reverse=True):
        for shelf in shelves:
            try:
                yield _Persons(*read_persons(shelf, name))
            except DamagedError:
                continue
            break


def _proven(keyrings: Sequence[_Keyring], name: str) -> tuple[Shelf, Manifest]:
    """The set's manifest, by whichever root key wrote it. Raises DamagedError."""
    for keyring in keyrings[:-1]:
        try:
            return keyring.shelf, keyring.shelf.manifest(name)
        except DamagedError:
            continue
    return keyrings[-1].shelf, keyrings[-1].shelf.manifest(name)


def _fitting(
    keyrings: Sequence[_Keyring], persons: Sequence[_Persons], manifest: Manifest
) -> tuple[_Keyring, _Persons]:
    """The newest copy of the person keys, and a keyring that opens both it and the set; the set's own where it does."""
    in_order = sorted(keyrings, key=lambda one: one.name != manifest.keyring.name)
    # An older copy than the set's own lacks the keys of whoever wrote first in between: an older set is whole with it.
    young_enough = [copy for copy in persons if copy.copy.name >= manifest.persons]
    if not young_enough:
        raise DamagedError("the copy of the person keys that belongs to it is gone or damaged")
    for copy in young_enough:
        for keyring in in_order:
            if {manifest.key, copy.copy.key, copy.copy.kek} <= keyring.ids:
                return keyring, copy
    raise DamagedError("no keyring opens it together with a copy of the person keys")


def _unlocked(raw: bytes, identity: SecretBytes, folder: Path) -> OpenKeys:
    """Put the keyring there and unlock it; the second copy is written when the desk gets its new keys."""
    path = folder / NAMES[0]
    path.unlink(missing_ok=True)
    write_new(path, [raw])
    try:
        return unlock_by_identity(folder, identity)
    except StorageError as error:
        raise DamagedError(f"a keyring of the backup: {error.sentence}") from None
