"""What a set is made of. A set names every piece it needs, whichever set wrote it first, so that each stands alone."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from storage.errors import DamagedError
from storage.keys.copies_seal import CopiesSeal

FORM = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed file at the place: its name, the SHA-256 of its sealed bytes, their number."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class FileCopy:
    """A file that is copied as it is: settings, a sealed archive."""

    path: str
    size: int
    changed: int  # its time of change in nanoseconds: tells whether it must be read again
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One set. `packs` are laid over one another in order: first the base, then what changed since."""

    name: str
    desk: str
    at: int
    epoch: int
    based_at: int  # when its base was written
    before: str  # the name of the set before it at this place
    map: str
    mark: int
    key: str  # id of the key of desk.db
    pages: int
    packs: tuple[Piece, ...]
    files: tuple[FileCopy, ...]
    keyring: Piece
    persons: str  # the name of the copy of the person keys that was there when it was written
    leaves: int
    checkpoint: str
    spool: int

    def pieces(self) -> tuple[Piece, ...]:
        """Everything it needs but the keyring."""
        return (*self.packs, *(piece for file in self.files for piece in file.pieces))


def encode(manifest: Manifest, seal: CopiesSeal) -> bytes:
    """The manifest, marked by the desk and sealed."""
    said = {"form": FORM, **asdict(manifest)}
    return seal.signed(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())


def decode(sealed: bytes, seal: CopiesSeal, *, name: str) -> Manifest:
    """The manifest of that name. Raises DamagedError: damaged, another desk's, or put in the place of another set."""
    text = seal.proven(sealed)
    try:
        said = json.loads(text)
        manifest = _manifest(said)
    except (ValueError, KeyError, TypeError):
        raise DamagedError("a backup set says something that this release does not understand") from None
    if manifest.name != name or manifest.desk != seal.desk:
        raise DamagedError(f"set {name} is another set under its name")
    return manifest


def _manifest(said: dict[str, Any]) -> Manifest:
    if said.pop("form") != FORM:
        raise ValueError
    files = tuple(FileCopy(**{**file, "pieces": _pieces(file["pieces"])}) for file in said.pop("files"))
    packs, keyring = _pieces(said.pop("packs")), Piece(**said.pop("keyring"))
    return Manifest(**said, files=files, packs=packs, keyring=keyring)


def _pieces(said: list[dict[str, Any]]) -> tuple[Piece, ...]:
    return tuple(Piece(**piece) for piece in said)
