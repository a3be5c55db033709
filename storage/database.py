"""Engines and transactions: SQLCipher settings, and nothing of what is stored.

The only file that knows the dialect. The settings follow DESIGN §3; each is read back, because a
pragma that a build does not know is ignored in silence.
"""

import os
import sys
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

from storage.errors import DamagedError, ExistsError, MissingError, StorageError, WrongKeyError

metadata = MetaData()
"""The tables of desk.db; each noun declares its own in its own file."""

person_metadata = MetaData()
"""The tables of persons.db, which is copied apart from the data backups."""

OLDEST_SQLITE = (3, 51, 3)
"""Older ones carry the WAL-reset bug, which can lose a committed transaction."""

BUSY_TIMEOUT_S = 10.0
KEY_BYTES = 32
PAGE_BYTES = 4096
_FULL = 2

RESTORE = "restore it from a backup"
_READS = "nightdesk_reads"
_READERS = "nightdesk_readers"
_TRUST = "nightdesk_trust"
_TURN = "nightdesk_turn"

# cipher_log_level before the key: the library's own log would else name what it fails on.
_BEFORE_KEY = ("PRAGMA cipher_log_level = NONE",)
_AFTER_KEY = (
    "PRAGMA cipher_memory_security = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
)
# What a build that does not know a pragma would say otherwise, or nothing at all.
_TAKEN = {
    "cipher_memory_security": "1",
    "foreign_keys": "1",
    "journal_mode": "wal",
    "secure_delete": "1",
    "synchronous": str(_FULL),
    "temp_store": "2",
    "trusted_schema": "0",
}


def library_version() -> str:
    """The SQLite inside the SQLCipher that is loaded."""
    return str(sqlcipher3.sqlite_version)


def open_database(path: Path, key: bytes, *, create: bool = False) -> Engine:
    """An engine over the SQLCipher file at `path`, keyed with the 32 raw bytes `key`.

    Raises MissingError where there is no file and `create` is not given: a fresh store is never
    made in the place of a lost one. Raises DamagedError for a file that was emptied or does not open;
    ForeignDataError, one of them, where not one page does.
    """
    if len(key) != KEY_BYTES:
        # A hex key of another length would silently be taken as a passphrase.
        raise StorageError("a database key has 32 bytes")
    if sqlcipher3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageError(
            f"the database library is too old: SQLite {sqlcipher3.sqlite_version}",
            remedy="install sqlcipher3 0.6.4 or newer",
        )
    if create:
        _make_file(path)
    else:
        _check_file(path)
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
        creator=partial(_connect, path, key, reads=_READS in options),
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


def _make_file(path: Path) -> None:
    # Made here and not by SQLite: nobody else may read it, and the two files beside it get the same mode.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise ExistsError(f"there is a {path.name} already", remedy="choose another folder") from None
    except OSError as error:
        raise StorageError(f"the data file {path.name} cannot be made: {error.strerror}") from None


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise MissingError(f"the data file {path.name} is not there", remedy=RESTORE)
    # SQLite takes a file of no whole page for a new database, and would begin an empty desk in it.
    if path.stat().st_size < PAGE_BYTES:
        raise DamagedError(f"the data file {path.name} was emptied or cut off", remedy=RESTORE)


def _connect(path: Path, key: bytes, *, reads: bool = False) -> Any:  # noqa: ANN401 - the driver has no types
    before = _identity(path)
    driver = sqlcipher3.dbapi2.connect(
        str(path), timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, uri=False
    )
    try:
        _settle(driver, path, key)
        _expect_same(path, before)
        if reads:
            # Once, and not at each transaction: this pragma makes SQLite forget every statement it has prepared.
            driver.execute("PRAGMA query_only = ON")
    except BaseException:
        driver.close()
        raise
    return driver


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _expect_same(path: Path, before: tuple[int, int]) -> None:
    # A rotation of keys puts another file in this one's place. Whoever had just opened the old one must not go on with
    # it: its log would have the name of the new one's.
    if _identity(path) != before:
        raise BusyError("the data file was exchanged at this moment", remedy="try again")


def _settle(driver: Any, path: Path, key: bytes) -> None:  # noqa: ANN401
    for pragma in _BEFORE_KEY:
        driver.execute(pragma)
    # set_key and not PRAGMA key: a trace callback sees statements.
    driver.set_key(f"x'{key.hex()}'")
    try:
        driver.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.dbapi2.DatabaseError as error:
        # Only these speak of the key or of the first pages; a busy or unreadable file is neither.
        if _code(error) in {_CORRUPT, _NOT_A_DATABASE}:
            raise _does_not_open(driver, path) from None
        raise
    for pragma in _AFTER_KEY:
        driver.execute(pragma)
    if sys.platform == "darwin":
        driver.execute("PRAGMA fullfsync = ON")
    _read_back(driver)


def _read_back(driver: Any) -> None:  # noqa: ANN401
    if driver.execute("PRAGMA cipher_version").fetchone() is None:
        raise StorageError("this build of SQLite does not encrypt", remedy="install sqlcipher3, not sqlite3")
    for pragma, wanted in _TAKEN.items():
        found = driver.execute(f"PRAGMA {pragma}").fetchone()
        if found is None or str(found[0]) != wanted:
            raise StorageError(f"the database did not take {pragma}={wanted}")


def _does_not_open(driver: Any, path: Path) -> StorageError:  # noqa: ANN401
    # SQLCipher gives one answer for a wrong key and for a damaged first page. But each page carries its
    # own HMAC: with the right key the other pages still hold.
    pages = path.stat().st_size // PAGE_BYTES
    faults = driver.execute("PRAGMA cipher_integrity_check").fetchall()
    if pages > 1 and len(faults) >= pages:
        return ForeignDataError(
            f"no page of the data file {path.name} opens with this desk's key: "
            "it is another desk's, of another key, or its first bytes are damaged",
            remedy="put the right file back, or restore it from a backup",
        )
    return WrongOrDamagedError(f"the data file {path.name} is damaged", remedy=RESTORE)


class WrongOrDamagedError(DamagedError, WrongKeyError):
    """A data file that this desk's key does not open."""

    code = "data-damaged"
    exit_code = 5


class ForeignDataError(WrongOrDamagedError):
    """Not one page opens: the file belongs to another desk or another key."""

    code = "data-foreign"


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
    if connection is not None and _code(context.original_exception) == _IO_ERROR:
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


def connect_alone(path: Path, key: bytes, *, create: bool = False) -> Any:  # noqa: ANN401 - the driver has no types
    """One connection without a pool, settled as all are; for use within `driver_errors`. Raises as `open_database`."""
    if create:
        _make_file(path)
    else:
        _check_file(path)
    with driver_errors():
        return _connect(path, key)


@contextmanager
def driver_errors() -> Iterator[None]:
    """What the driver itself raises, as ours."""
    try:
        yield
    except sqlcipher3.dbapi2.DatabaseError as error:
        raise _translation(error) from None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise _translation(error.orig) from None
    except PoolTimeout:
        raise BusyError("too many things want the data file at once", remedy="try again") from None


def _translation(error: BaseException | None) -> StorageError:
    # The driver's message may quote parameters; only its kind is passed on.
    code = _code(error)
    if code in _KINDS:
        kind, sentence, remedy = _KINDS[code]
        return kind(sentence, remedy=remedy)
    return StorageError(f"the database refused: {type(error).__name__}")


def _code(error: BaseException | None) -> int:
    # The low byte is the primary code; the rest says where it happened.
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


class DiskFullError(StorageError):
    """Nothing more can be written."""

    code = "disk-full"


class DiskError(StorageError):
    """The disk does not do what it is told."""

    code = "disk-error"


class DiskFailedError(DiskError):
    """The disk failed before, in this process; what it holds is not known until another one opens the file."""

    code = "disk-failed"


class BusyError(StorageError):
    """Another process or thread holds the file for longer than anybody should."""

    code = "database-busy"


_IO_ERROR = 10
_CORRUPT = 11
_NOT_A_DATABASE = 26
_DAMAGED = (DamagedError, "a data file is damaged", "run `nightdesk verify`, then restore")
_KINDS: dict[int, tuple[type[StorageError], str, str]] = {
    5: (BusyError, "another process holds the data file", "close whatever else has it open, then try again"),
    8: (DiskError, "the data file cannot be written", "give the desk's folder back its permissions"),
    _IO_ERROR: (DiskError, "the disk failed while the data file was read or written", "check the disk and its cables"),
    _CORRUPT: _DAMAGED,
    13: (DiskFullError, "the disk is full", "free some space; nothing was lost"),
    14: (DiskError, "the data file cannot be opened", "check the desk's folder and its permissions"),
    _NOT_A_DATABASE: _DAMAGED,
}
