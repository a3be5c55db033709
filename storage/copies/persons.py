"""The person keys, copied apart: whole, sealed, the newest three at most, so that an erasure can reach them all."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from storage.copies.keyrings import keep_keyring
from storage.copies.pages import read_page
from storage.copies.shelf import PERSONS, Shelf
from storage.copies.steady import steady
from storage.driver import PAGE_BYTES
from storage.errors import DamagedError
from storage.keys.keytable import KeyName
from storage.vault import PERSONS_FILE, Vault

KEPT = 3
_SUFFIX = ".copy"
_FORM = 1


@dataclass(frozen=True, slots=True)
class PersonsCopy:
    """One copy of persons.db: `digest` names its content, `key` opens the file, `kek` the person keys in it."""

    name: str
    desk: str
    at: int
    digest: str
    key: str
    kek: str


def copy_persons(vault: Vault, shelf: Shelf, *, now: int, known: PersonsCopy | None, replace: bool) -> PersonsCopy:
    """The newest copy at the place, a new one where anything changed. `replace` leaves no older one there.

    Read back and opened before any older one goes.
    """
    raw = _raw(vault)
    digest = hashlib.sha256(raw).hexdigest()
    key, kek = vault.keys.key(KeyName.PDB).id, vault.keys.key(KeyName.PKEK).id
    names = persons_names(shelf)
    if known is not None and not replace and known.digest == digest and names and known.name == names[-1]:
        return known
    keep_keyring(vault, shelf, now)
    copy = PersonsCopy(shelf.next_name(now, names), vault.keys.desk, now, digest, key, kek)
    head = json.dumps({"form": _FORM, **asdict(copy)}, sort_keys=True, separators=(",", ":")).encode()
    shelf.place.write(shelf.path(PERSONS, copy.name + _SUFFIX), shelf.seal.signed(head + b"\n" + raw))
    read_persons(shelf, copy.name)
    for name in names if replace else names[: max(0, len(names) + 1 - KEPT)]:
        shelf.place.remove(shelf.path(PERSONS, name + _SUFFIX))
    return copy


def persons_names(shelf: Shelf) -> tuple[str, ...]:
    """The copies at the place, oldest first."""
    held = shelf.place.names(shelf.path(PERSONS))
    return tuple(one.name.removesuffix(_SUFFIX) for one in held if one.name.endswith(_SUFFIX))


def read_persons(shelf: Shelf, name: str) -> tuple[PersonsCopy, bytes]:
    """A copy and the bytes of its persons.db. Raises DamagedError."""
    text = shelf.seal.proven(shelf.place.read(shelf.path(PERSONS, name + _SUFFIX)))
    head, _, raw = text.partition(b"\n")
    try:
        copy = PersonsCopy(**_of_this_form(json.loads(head)))
    except (ValueError, KeyError, TypeError):
        raise DamagedError("a copy of the person keys says something that this release does not understand") from None
    if (copy.name, copy.desk) != (name, shelf.seal.desk) or hashlib.sha256(raw).hexdigest() != copy.digest:
        raise DamagedError(f"the copy {name} of the person keys is another one under its name")
    return copy, raw


def _of_this_form(said: dict[str, Any]) -> dict[str, Any]:
    if said.pop("form") != _FORM:
        raise ValueError
    return said


def _raw(vault: Vault) -> bytes:
    with vault.unchanged(), steady(dict(vault.engines())[PERSONS_FILE]):
        descriptor = vault.main_file(PERSONS_FILE)
        parts: list[bytes] = []
        while page := read_page(descriptor, len(parts)):
            parts.append(page)
    if not parts or len(parts[-1]) != PAGE_BYTES:
        raise DamagedError(f"{PERSONS_FILE} is no whole number of pages")
    return b"".join(parts)
