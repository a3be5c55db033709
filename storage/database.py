"""Engines and transactions over SQLCipher files, and nothing of what is stored."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import sqlcipher3
from sqlalchemy import Connection, Engine, ExceptionContext, MetaData, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from storage.driver import BUSY_TIMEOUT_S, IO_ERROR, code_of, connect, prepare, translated
from storage.errors import BusyError, DiskFailedError

metadata = MetaData()
"""The tables of desk.db; each noun declares its own in its own file."""

person_metadata = MetaData()
"""The tables of persons.db, which is copied apart from the data backups."""

_READS = "nightdesk_reads"
_READERS = "nightdesk_readers"
_TRUST = "nightdesk_trust"
_TURN = "nightdesk_turn"


def open_database(path: Path, key: bytes, *, create: bool = False) -> Engine:
    """An engine over the SQLCipher file at `path`, keyed with the 32 raw bytes `key`.

    Raises MissingError where there is no file and `create` is not given: a fresh store is never
    made in the place of a lost one. Raises DamagedError for a file that was emptied or does not open;
    ForeignDataError, one of them, where not one page does.
    """
    prepare(path, key, create=create)
    trust = Trust()
    readers = _engine(path, key, {_TRUST: trust, _READS: True})
    engine = _engine(path, key, {_TRUST: trust, _TURN: Lock(), _READERS: readers})
    event.listen(engine, "engine_disposed", lambda _: readers.dispose())
    try:
        with look(engine) as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(path: Path, key: bytes, options: dict[str, object]) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=sqlcipher3.dbapi2,
        creator=partial(connect, path, key, reads=_READS in options),
        poolclass=QueuePool,
        hide_parameters=True,
        pool_size=8,
        max_overflow=8,
        pool_use_lifo=True,  # the one that was used last knows the newest pages
        execution_options=options,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _note_failure)
    return engine


@dataclass(slots=True)
class Trust:
    """Whether what this process wrote to a file can still be known. Linux forgets the pages of a failed sync: a later
    one that succeeds says nothing about them, so nothing more is acknowledged until a fresh process has looked.
    """

    failed: bool = False


def disk_failed(engine: Engine) -> bool:
    """Whether a write or a sync of this file failed in this process."""
    trust: Trust | None = engine.get_execution_options().get(_TRUST)  # a server looks after its own disk
    return trust is not None and trust.failed


def _note_failure(context: ExceptionContext) -> None:
    connection = context.connection
    if connection is not None and code_of(context.original_exception) == IO_ERROR:
        options = connection.get_execution_options()
        options[_TRUST].failed |= not options.get(_READS, False)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    reads = options.get(_READS, False)
    if not reads and options[_TRUST].failed:
        raise DiskFailedError(
            "the disk failed while something was written, so nothing more is", remedy="check the disk, then restart"
        )
    # IMMEDIATE takes the write lock now. A plain BEGIN that reads the log's head and then writes
    # fails at once if another chore wrote in between, whatever the busy timeout.
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; commits at the end, rolls back on any error. Never within another one."""
    with _turn(engine), _translated(), engine.begin() as connection:
        yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Threads of one process take turns. SQLite waits by ever longer naps, and who naps longest starves;
    so that is left for other processes.
    """
    turn: Lock | None = engine.get_execution_options().get(_TURN)  # a server has turns of its own
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=BUSY_TIMEOUT_S):
        raise BusyError("something writes to the store for a long time", remedy="try again")
    try:
        yield
    finally:
        turn.release()


@contextmanager
def look(engine: Engine) -> Iterator[Connection]:
    """One transaction that can only read: a steady view that blocks no writer."""
    readers: Engine = engine.get_execution_options().get(_READERS, engine)  # a server has none for that alone
    with _translated(), readers.connect() as plain:
        connection = plain.execution_options(**{_READS: True})
        with connection.begin():
            yield connection


def empty_log(engine: Engine) -> bool:
    """Put what the write-ahead log holds into the main file and cut the log to nothing: pages as they were before are
    gone with it. False where a reader of another process holds it just now: ask again.
    """
    pool = engine.raw_connection()
    try:
        driver: Any = pool.driver_connection
        busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        pool.close()
    return not busy


def fold_log(engine: Engine) -> None:
    """Put what the write-ahead log holds into the main file as far as nobody reads older pages; the log stays as it is.

    From then on both have it, and damage to one of them takes nothing.
    """
    pool = engine.raw_connection()
    try:
        driver: Any = pool.driver_connection
        # A disk that refuses this tells so at the next commit as well; what was to be kept is in the log.
        with suppress(sqlcipher3.dbapi2.DatabaseError):
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    finally:
        pool.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise translated(error.orig) from None
    except PoolTimeout:
        raise BusyError("too many things want the data file at once", remedy="try again") from None
