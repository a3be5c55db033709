"""Which files of a desk count at this moment, and with which keys: told by trying them, so that it holds after any cut.

A rotation exchanges two files and then writes the keyring. Until the first exchange the old files count, from then on
the copies do, wherever they lie.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from storage.archive_file import leave_out, strays, take_in
from storage.archive_index import ArchiveId, archive_files
from storage.database import look, open_database
from storage.datafiles import DATA_FILES, DESK, PERSONS, SEARCH_FILE, DataFile
from storage.errors import KeysApartError
from storage.keys.keytable import KeyName
from storage.keys.opened import OpenKeys
from storage.keys.rotation import finish, settle
from storage.meta import Meta
from storage.rotation.files import opens, remove, replace
from storage.upgrading import drop

AFTER_LEAK, ROUTINE = "after-leak", "routine"


@dataclass(frozen=True, slots=True)
class Standing:
    """`keys` as they are in force; `turned` says that they are further on than the keyring."""

    keys: OpenKeys
    desk: Path
    persons: Path
    turned: bool = False

    @property
    def paths(self) -> tuple[Path, Path]:
        """In the order of DATA_FILES."""
        return self.desk, self.persons


def standing(folder: Path, keys: OpenKeys) -> Standing:
    """What counts. Changes nothing."""
    turned = keys.turned()
    if not (keys.pending and any(_opens(file.path(folder), file, turned) for file in DATA_FILES)):
        return Standing(keys, DESK.path(folder), PERSONS.path(folder))
    desk, persons = (
        file.path(folder) if _opens(file.path(folder), file, turned) else file.next(folder) for file in DATA_FILES
    )
    return Standing(turned, desk, persons, turned=True)


def resume(folder: Path, keys: OpenKeys, *, now: int) -> OpenKeys:
    """Bring a rotation that was cut off to a place where everything is in order: to its end if it had come to exchange
    files, else to its beginning. For whoever has the desk to himself.
    """
    stands = standing(folder, keys)
    if stands.turned:
        put_in_place(folder, stands)
        after_leak, archives = _looked_into(folder, stands.keys)
        keys = finish(folder, keys, destroy=after_leak, now=now)
        tidy_archive(folder, archives)
    for file in DATA_FILES:
        remove(file.next(folder))
    leave_out(folder)
    return settle(folder, keys, now=now)


def put_in_place(folder: Path, stands: Standing) -> None:
    """Exchange what is not exchanged yet. The old files must be whole without a log, and nobody may have one open."""
    # First: whichever desk.db counts, the files that it names are there.
    take_in(folder)
    for file, counts in zip(DATA_FILES, stands.paths, strict=True):
        if counts != file.path(folder):
            replace(counts, file.path(folder))
    # Derived, and of another key: it is built anew.
    remove(folder / SEARCH_FILE)
    # Of another key too: nothing opens it any more, or only who should not.
    drop(folder)


def tidy_archive(folder: Path, known: Collection[ArchiveId]) -> None:
    """Remove the files that the index does not name: each was written again, and opens with nothing that is left."""
    for path in strays(folder, known):
        path.unlink(missing_ok=True)


def _looked_into(folder: Path, keys: OpenKeys) -> tuple[bool, list[ArchiveId]]:
    """Whether the copy of desk.db that is in place was made after a leak, and which archive files it names."""
    engine = open_database(DESK.path(folder), keys.key(KeyName.DB).secret.reveal())
    try:
        with look(engine) as connection:
            known = connection.execute(select(archive_files.c.id)).scalars().all()
            return Meta(connection).get(Meta.ROTATED) == AFTER_LEAK, [ArchiveId(one) for one in known]
    finally:
        engine.dispose()


def apart(stands: Standing) -> KeysApartError | None:
    """What is wrong where the keys open neither data file: then it is not one file that was exchanged. Else None."""
    if any(_opens(path, file, stands.keys) for file, path in zip(DATA_FILES, stands.paths, strict=True)):
        return None
    return KeysApartError(
        "the keys in keyring.a and keyring.b open neither data file: "
        "an older keyring was put back, from before a change of all keys, or other data files",
        remedy="put the newest keyring.a and keyring.b back; where the data files were exchanged, those. "
        "Without them restore the desk from a backup",
    )


def _opens(path: Path, file: DataFile, keys: OpenKeys) -> bool:
    return opens(path, keys.key(file.key).secret.reveal())
