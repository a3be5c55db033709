"""A data file whose write-ahead log is damaged: the library would lay what is left of the log over the file in silence,
and where the file is the newer of the two, mix old pages with new ones. Here both are tried on copies, and the newer
one that is whole is kept.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from storage.audit.log import AuditLog
from storage.database import look, open_database
from storage.driver import RESTORE
from storage.errors import DamagedError, StorageError
from storage.integrity import faults_in
from storage.keys.keytable import KeyName
from storage.keys.opened import OpenKeys
from storage.lasting import sync_file, sync_folder
from storage.person_keys import person_keys, tombstones
from storage.wal import wal_fault

LOST_MARK: Final = "changes-lost"
"""A file that stands in the desk's folder from before a log is mended until the desk has drawn its conclusions."""

_BESIDE: Final = ("-wal", "-shm")
_SCRATCH: Final = "heal-"


@dataclass(frozen=True, slots=True)
class _File:
    """A data file, its key, and how much it knows: of two states that are whole the one that knows more is newer."""

    name: str
    key: KeyName
    knows: Callable[[Connection, OpenKeys], int]


@dataclass(frozen=True, slots=True)
class _State:
    """One state that the file may go on from, on a copy."""

    path: Path
    knows: int


def _leaves(connection: Connection, keys: OpenKeys) -> int:
    return AuditLog(connection, desk=keys.desk).check(*keys.audit_public_keys()).leaves


def _people(connection: Connection, _: OpenKeys) -> int:
    # What was destroyed counts again: of two states the one that knows of an erasure is the newer.
    known, destroyed = connection.execute(select(func.count(), func.count(person_keys.c.destroyed_at))).one()
    erased = connection.execute(select(func.count()).select_from(tombstones)).scalar_one()
    return int(known) + int(destroyed) + int(erased)


_FILES: Final = (_File("persons.db", KeyName.PDB, _people), _File("desk.db", KeyName.DB, _leaves))


def heal_logs(folder: Path, keys: OpenKeys) -> tuple[str, ...]:
    """Mend what is damaged, before anything opens the files; the faults that were found. Only for the desk's one core.

    Raises DamagedError where neither state is whole; then nothing was changed.
    """
    for left in folder.glob(f"{_SCRATCH}*"):  # by a power cut in the middle of this
        shutil.rmtree(left, ignore_errors=True)
    return tuple(fault for one in _FILES if (fault := _heal(folder / one.name, one, keys)))


def _heal(path: Path, file: _File, keys: OpenKeys) -> str:
    fault = wal_fault(path)
    if not fault:
        return ""
    # A rotation that was cut off may have left either file under either key (rotation/standing.py).
    tried = (keys, keys.turned()) if keys.pending else (keys,)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=_SCRATCH) as scratch:
        # With the log last: where both know the same, the file alone is taken as it lies.
        alone = _state(path, Path(scratch) / "alone", file, tried, log=False)
        with_log = _state(path, Path(scratch) / "with-log", file, tried, log=True)
        whole = [state for state in (alone, with_log) if state is not None]
        if not whole:
            raise DamagedError(f"{fault}, and {path.name} is not whole without it", remedy=RESTORE)
        (path.parent / LOST_MARK).touch(mode=0o600)
        sync_folder(path.parent)
        best = max(whole, key=lambda state: state.knows)
        if best is with_log:
            _put(best.path, path)
        _remove_log(path)
    return fault


def _state(path: Path, scratch: Path, file: _File, tried: Sequence[OpenKeys], *, log: bool) -> _State | None:
    """The file alone, or with what the library can read of its log; None where that is not whole."""
    scratch.mkdir(mode=0o700)
    copy = Path(shutil.copyfile(path, scratch / path.name))
    if log:
        shutil.copyfile(f"{path}-wal", f"{copy}-wal")
    for keys in tried:
        with suppress(StorageError):
            engine = open_database(copy, keys.key(file.key).secret.reveal())
            try:
                if not faults_in(engine):
                    with look(engine) as connection:
                        return _State(copy, file.knows(connection, keys))
            finally:
                engine.dispose()  # and with the last connection the log goes into the file
    return None


def _put(fresh: Path, path: Path) -> None:
    fresh.chmod(0o600)
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)


def _remove_log(path: Path) -> None:
    # What is left of the log says nothing that the file does not say by now: were it to come back after a power cut,
    # this would be done once more.
    for end in _BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{path}{end}").unlink()
    sync_folder(path.parent)
