"""Bringing the files of a desk up to this release. As they were before, they are kept for a while:

    <desk>/before-upgrade/desk.db.0001 persons.db.0001

each a whole SQLCipher file under the key of the one it was copied from, named for the step that its tables are at.
desk.db is among them always, persons.db where its own tables change: an older desk.db fits newer person keys, and
newer words fit no older keys. They are in no backup; a change of keys and an erasure take them away.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock
from sqlalchemy import Engine

from storage.database import open_database
from storage.datafiles import DATA_FILES, DESK, DataFile
from storage.driver import driver_errors
from storage.errors import DamagedError, StorageError
from storage.heal import LOST_MARK
from storage.integrity import faults_in
from storage.keys.opened import OpenKeys
from storage.lasting import make_last, sync_folder
from storage.migrations.run import HEADS, older_step, upgrade
from storage.rotation.files import copy_under, put_in_one_file, replace

FOLDER: Final = "before-upgrade"
_STEP: Final = "[0-9][0-9][0-9][0-9]"
_LOCK: Final = "upgrade.lock"


class NothingKeptError(StorageError):
    """There was no upgrade, or its time to go back is over."""

    code = "no-upgrade"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A data file that is open, and where it lies: a rotation may have left it under another name."""

    file: DataFile
    path: Path
    engine: Engine
    key: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was before it was brought up from that step."""

    file: DataFile
    step: str
    path: Path


def bring_up(folder: Path, files: Sequence[OpenFile], *, create: bool = False) -> None:
    """Apply to each file what it lacks, in their order. Before anything changes, copies last on the disk.

    persons.db comes first: where power is lost in between, desk.db is behind still, and its copy is known to fit.

    Raises DamagedError for a file that a newer release wrote, or whose tables are gone; StorageError and OSError where
    there is no room for the copies. Then nothing was changed.
    """
    if not _behind(files):
        _upgrade(files, create=create)
        return
    with FileLock(folder / _LOCK):
        # Asked again: another process may have been faster.
        if behind := _behind(files):
            _keep(folder, files, behind)
        _upgrade(files)


def kept(folder: Path) -> tuple[Kept, ...]:
    """The files as they were before the last upgrade, where they are still there; desk.db first."""
    found = [(file, path) for file in DATA_FILES for path in (folder / FOLDER).glob(f"{file.name}.{_STEP}")]
    return tuple(Kept(file, path.suffix[1:], path) for file, path in found)


def drop(folder: Path) -> bool:
    """Take them away, all at once. Whether there were any."""
    going, there = folder / f"{FOLDER}.old", (folder / FOLDER).is_dir()
    if there:
        shutil.rmtree(going, ignore_errors=True)
        (folder / FOLDER).replace(going)
        sync_folder(folder)
    shutil.rmtree(going, ignore_errors=True)
    return there


def put_back(folder: Path, keys: OpenKeys) -> tuple[Kept, ...]:
    """Put them in the place of the files of today. For whoever has the desk to himself; done again after a cut.

    1. each opens with its key and is whole
    2. a mark is left: whoever opens the desk next draws the conclusions (after_loss)
    3. desk.db first, each without its log

    Raises NothingKeptError where none are kept; DamagedError, and then nothing was changed.
    """
    found = kept(folder)
    if not found:
        raise NothingKeptError("no files from before an upgrade are kept", remedy="restore a backup from before it")
    for one in found:
        _expect_whole(one, keys)  # 1
    (folder / LOST_MARK).touch(mode=0o600)  # 2
    sync_folder(folder)
    for one in found:  # 3
        with driver_errors():
            put_in_one_file(one.file.path(folder), _key(one.file, keys))
        replace(one.path, one.file.path(folder))
    drop(folder)
    return found


def _upgrade(files: Sequence[OpenFile], *, create: bool = False) -> None:
    for one in files:
        upgrade(one.engine, one.file.schema, create=create)


def _behind(files: Sequence[OpenFile]) -> dict[DataFile, str]:
    found = {one.file: older_step(one.engine, one.file.schema) for one in files}
    return {file: step for file, step in found.items() if step is not None}


def _keep(folder: Path, files: Sequence[OpenFile], behind: dict[DataFile, str]) -> None:
    fresh = folder / f"{FOLDER}.new"
    shutil.rmtree(fresh, ignore_errors=True)  # by a power cut in the middle of this
    fresh.mkdir(mode=0o700)
    try:
        for one in files:
            step = behind.get(one.file) or (HEADS[one.file.schema] if one.file is DESK else None)
            if step is not None:
                with driver_errors():
                    copy_under(one.path, one.key, fresh / f"{one.file.name}.{step}", one.key, stop=_go_on)
        _take_over(folder, fresh)
        make_last(fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    drop(folder)
    fresh.replace(folder / FOLDER)
    sync_folder(folder)


def _take_over(folder: Path, fresh: Path) -> None:
    """Power was lost after persons.db was brought up and before desk.db was: the copy of then belongs to this one."""
    taken = {path.name for path in fresh.iterdir()}
    known = kept(folder)
    if any(one.file is DESK and one.path.name in taken for one in known):
        for one in known:
            if not any(name.startswith(one.file.name) for name in taken):
                shutil.copyfile(one.path, fresh / one.path.name)


def _expect_whole(one: Kept, keys: OpenKeys) -> None:
    engine = open_database(one.path, _key(one.file, keys))
    try:
        if faults_in(engine):
            raise DamagedError(f"{one.path.name} is damaged", remedy="restore a backup from before the upgrade")
    finally:
        engine.dispose()


def _key(file: DataFile, keys: OpenKeys) -> bytes:
    return keys.key(file.key).secret.reveal()


def _go_on() -> None:
    """Nobody asks to stop."""
