"""The two files of a keyring: read both, write one at a time so that a whole one is always left."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.errors import KeyringDamagedError, StorageError
from storage.keys.ring import Ring
from storage.keys.ringfile import LARGEST, decode
from storage.lasting import write_whole

NAMES = ("keyring.a", "keyring.b")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong that did not stop the desk from opening."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One file as found. `ring` is there if the file is whole; `fault` says why not."""

    name: str
    raw: bytes | None
    ring: Ring | None
    fault: str = ""

    @property
    def digest(self) -> str:
        """Names the file's content; empty for a missing file."""
        return "" if self.raw is None else hashlib.sha256(self.raw).hexdigest()


def read_copies(folder: Path) -> tuple[Copy, ...]:
    """Both copies in the order of their names, whole or not."""
    return tuple(_read(folder / name) for name in NAMES)


def make_folder(folder: Path) -> None:
    """The desk's folder, for its owner's account only. Raises StorageError."""
    with _translated(folder.name):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def write_copy(folder: Path, name: str, raw: bytes) -> None:
    """Put one copy in place: whole and on stable storage, or not at all. Raises StorageError."""
    with _translated(name):
        write_whole(folder / name, [raw], fresh=folder / f"{name}.{secrets.token_hex(4)}.new")


def clear_unfinished(folder: Path) -> None:
    """Remove what a write that was cut off left beside the copies. For whoever has the desk to himself."""
    for name in NAMES:
        for left in folder.glob(f"{name}.*.new"):
            left.unlink(missing_ok=True)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{name} could not be written ({type(error).__name__} {error.errno})",
            remedy="look for a full or read-only disk; what was there before still stands",
        ) from None


def _read(path: Path) -> Copy:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Copy(path.name, None, None, "it is missing")
    except OSError as error:
        return Copy(path.name, b"", None, f"it cannot be read ({type(error).__name__})")
    try:
        return Copy(path.name, raw, decode(raw))
    except KeyringDamagedError as error:
        return Copy(path.name, raw, None, error.sentence)
