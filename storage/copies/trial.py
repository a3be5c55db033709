"""A set tried: rebuilt whole in a folder of its own, from what is at the place, and every page of it checked."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.copies.manifest import Manifest
from storage.copies.rebuild import newest_persons, rebuild
from storage.copies.shelf import KEYS, Shelf
from storage.copies.writing import LOCAL_FOLDER
from storage.errors import DamagedError
from storage.vault import Vault


def try_set(shelf: Shelf, manifest: Manifest, vault: Vault) -> None:
    """That this set would bring the desk back. Nothing of it stays here. Raises DamagedError, DiskFullError."""
    shelf.sealed(KEYS, manifest.keyring)
    persons, raw = newest_persons(shelf)
    if persons.name < manifest.persons:
        raise DamagedError("the copy of the person keys that belongs to this set is gone")
    with throw_away(vault.folder / LOCAL_FOLDER) as folder:
        rebuild(shelf, manifest, folder, vault.keys, persons, raw)


@contextmanager
def throw_away(parent: Path, *, beginning: str = "trial-") -> Iterator[Path]:
    """A folder for the time of a trial. All that is put there is encrypted; one that a kill left goes with the next."""
    parent.mkdir(mode=0o700, exist_ok=True, parents=True)
    for left in parent.glob(f"{beginning}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=beginning, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
