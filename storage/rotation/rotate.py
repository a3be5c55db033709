"""The rotation of all keys of an open desk: pending, copy, change, check, exchange, active.

    asked    desk.db says which kind was asked for, and by whom; every session and link ends in that transaction
    pending  a successor of each key is in both copies of the keyring
    copy     desk.db and persons.db are copied under the new keys: desk.db.next, persons.db.next
    change   in the copies: person keys, seals, blind indexes, credentials, the leaves that tell of it
    check    the copies are whole, hold as many rows, and open
    exchange each copy is renamed to the name of its file
    active   the keyring is written anew, both copies: a new root, the successors active, the old ones retired, gone

Until the first rename the old files count, and a rotation that was cut off begins again with its pending keys; from
then on the copies count, and it goes on to its end (standing.py). No file is ever without its key in the keyring.
"""

import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection, Engine, func, select

from storage.archive_file import leave_out
from storage.database import look, metadata, person_metadata, write
from storage.datafiles import DATA_FILES, DESK, PERSONS, DataFile
from storage.errors import DamagedError, DiskFullError, SealError
from storage.integrity import faults_in
from storage.keys.opened import OpenKeys
from storage.keys.reading import open_by_root
from storage.keys.rotation import finish, prepare
from storage.meta import Meta
from storage.rotation import files
from storage.rotation.archives import renew_archives
from storage.rotation.standing import AFTER_LEAK, ROUTINE, Standing, put_in_place, tidy_archive
from storage.rotation.turning import announce, reindex, renew, reseal, rewrap
from storage.sample import keyless, sealed_values
from storage.vault import Transaction, Vault

_SPARE_BYTES = 64 * 1024 * 1024
_GROWS = frozenset({"leaves", "tree_nodes", "checkpoints", "meta"})


class Step(StrEnum):
    """Where a rotation is."""

    ASKED = "asked"
    COPYING = "copying"
    SEALING = "sealing"
    CHECKING = "checking"
    EXCHANGING = "exchanging"
    DONE = "done"


Told = Callable[[Step, int], None]
"""Told the step, and how many values more were changed in it. Raises where the rotation is to be left for now."""


def ask_for(tx: Transaction, *, after_leak: bool, actor: str) -> None:
    """Say that a rotation is wanted: from that transaction on it is taken up again after whatever cuts it off."""
    tx.meta.put(Meta.ROTATION, f"{AFTER_LEAK if after_leak else ROUTINE} {actor}")


def asked(tx: Transaction) -> tuple[bool, str] | None:
    """Whether one is wanted that is not done: whether it is after a leak, and who asked."""
    kind, _, actor = (tx.meta.get(Meta.ROTATION) or "").partition(" ")
    return (kind == AFTER_LEAK, actor) if kind else None


def rotate(vault: Vault, *, now: int, told: Told = lambda *_: None) -> None:
    """Do what was asked for. For whoever has the desk to himself; readers go on, writers of this process wait.

    Raises DiskFullError before anything is begun, BusyError where another process keeps a file open; the desk is then
    as it was, and the rotation is still wanted.
    """
    with vault.look() as tx:
        wanted = asked(tx)
    if wanted is None:
        return
    after_leak, actor = wanted
    with vault.still(), ExitStack() as undone:
        _room(vault)
        keys = prepare(vault.folder, open_by_root(vault.folder, vault.keys.root, desk=vault.keys.desk), now=now)
        vault.keys = keys
        undone.callback(_clear, vault)
        held = tuple(_held(vault, keys, file, undone) for file in DATA_FILES)
        _copy(vault, keys, told)
        copies = Vault(
            vault.folder,
            keys,
            stands=Standing(keys.turned(), DESK.next(vault.folder), PERSONS.next(vault.folder), turned=True),
        )
        try:
            _change(copies, keys, after_leak=after_leak, actor=actor, now=now, told=told)
            _check(vault, copies, told)
        finally:
            for _, engine in copies.engines():
                engine.dispose()
        told(Step.EXCHANGING, 0)
        vault.exchange(partial(_exchange, vault, keys, held, after_leak, now))
        _drop_strays(vault)
    told(Step.DONE, 0)


def complete(vault: Vault, *, now: int) -> None:
    """The last step again, where the keyring could not be written after the files were exchanged."""
    with vault.still():
        keys = open_by_root(vault.folder, vault.keys.root, desk=vault.keys.desk)
        with vault.look() as tx:
            after_leak = tx.meta.get(Meta.ROTATED) == AFTER_LEAK
        vault.exchange(lambda: finish(vault.folder, keys, destroy=after_leak, now=now))
        _drop_strays(vault)


def _room(vault: Vault) -> None:
    size = sum(file.path(vault.folder).stat().st_size for file in DATA_FILES)
    # The copies, and the log of what is changed in them.
    if shutil.disk_usage(vault.folder).free < 2 * size + _SPARE_BYTES:
        raise DiskFullError(
            f"changing the keys needs {(2 * size + _SPARE_BYTES) // 2**20} MB of free space for a while",
            remedy="free some space; nothing was changed",
        )


def _copy(vault: Vault, keys: OpenKeys, told: Told) -> None:
    new = keys.turned()
    told(Step.COPYING, 0)
    for file in DATA_FILES:
        fresh = file.next(vault.folder)
        files.remove(fresh)
        files.copy_under(
            file.path(vault.folder),
            keys.key(file.key).secret.reveal(),
            fresh,
            new.key(file.key).secret.reveal(),
            stop=lambda: told(Step.COPYING, 0),
        )


def _change(copies: Vault, old: OpenKeys, *, after_leak: bool, actor: str, now: int, told: Told) -> None:
    sealed = partial(told, Step.SEALING)
    sealed(0)
    engines = dict(copies.engines())
    with write(engines[PERSONS.name]) as connection:
        renewed = renew(connection, old, copies.keys) if after_leak else {}
        if not after_leak:
            rewrap(connection, old, copies.keys)
    with write(engines[DESK.name]) as connection:
        if after_leak:
            reseal(connection, old.desk, renewed, told=sealed)
        reindex(connection, copies.keys, told=sealed)
    kind = AFTER_LEAK if after_leak else ROUTINE
    with copies.transaction() as tx:
        if after_leak:
            renew_archives(tx, copies.folder, old.desk, renewed)
        tx.credentials.reseal(copies.keys)
        tx.reasons.reseal()
        tx.meta.put(Meta.ROTATION, "")
        tx.meta.put(Meta.ROTATED, kind)
        announce(tx.audit, old, copies.keys, actor=actor, kind=kind, at=now)


def _check(vault: Vault, copies: Vault, told: Told) -> None:
    """Nothing that counts may be missing or shut in the copies. Raises DamagedError."""
    told(Step.CHECKING, 0)
    before, after = dict(vault.engines()), dict(copies.engines())
    for name, engine in after.items():
        if faults := faults_in(engine):
            raise DamagedError(f"the copy of {name} is damaged: {'; '.join(faults)}", remedy="check the disk")
        if _counts(engine, name) != _counts(before[name], name):
            raise DamagedError(f"the copy of {name} holds another number of rows", remedy="check the disk")
        told(Step.CHECKING, 0)
    if set(keyless(copies)) != set(keyless(vault)):
        raise DamagedError("somebody's key is missing in the copy of persons.db", remedy="check the disk")
    # What did not open before does not open now; the sample is of another draw, so only its faults are compared.
    if _shut(copies) and not _shut(vault):
        raise DamagedError("sealed values of the copy do not open", remedy="run `nightdesk verify`")


def _counts(engine: Engine, name: str) -> Mapping[str, int]:
    tables = (person_metadata if name == PERSONS.name else metadata).tables
    with look(engine) as connection:
        return {table: _count(connection, table, tables) for table in tables if table not in _GROWS}


def _count(connection: Connection, table: str, tables: Mapping[str, object]) -> int:
    return int(connection.execute(select(func.count()).select_from(tables[table])).scalar_one())  # type: ignore[arg-type]


def _shut(vault: Vault) -> int:
    shut = 0
    for sealed in sealed_values(vault, full=False):
        try:
            vault.prove(sealed)
        except SealError:
            shut += 1
    return shut


def _held(vault: Vault, keys: OpenKeys, file: DataFile, undone: ExitStack) -> files.Held:
    held = files.Held(file.path(vault.folder), keys.key(file.key).secret.reveal())
    undone.callback(held.let_go)
    return held


def _exchange(  # bound by position
    vault: Vault,
    keys: OpenKeys,
    held: tuple[files.Held, ...],
    after_leak: bool,  # noqa: FBT001
    now: int,
) -> OpenKeys:
    folder, new = vault.folder, keys.turned()
    for file in DATA_FILES:
        files.put_in_one_file(file.next(folder), new.key(file.key).secret.reveal())
    # Both before the first is exchanged: a file that somebody keeps open leaves all as it was.
    for one in held:
        one.take_alone()
    put_in_place(folder, Standing(new, DESK.next(folder), PERSONS.next(folder), turned=True))
    for one in held:
        one.let_go()
    return finish(folder, keys, destroy=after_leak, now=now)


def _drop_strays(vault: Vault) -> None:
    with vault.look() as tx:
        tidy_archive(vault.folder, [file.id for file in tx.archive.files()])


def _clear(vault: Vault) -> None:
    """Leave no copy behind. Only what stands under its own name counts after this."""
    if vault.unfinished:
        return
    for file in DATA_FILES:
        files.remove(file.next(vault.folder))
    leave_out(vault.folder)
