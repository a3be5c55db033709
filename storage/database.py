"""Engines and transactions: SQLCipher settings, and nothing of what is stored.

The only file that knows the dialect. The settings follow DESIGN §3; each is read back, because a
pragma that a build does not know is ignored in silence.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from storage.errors import DamagedError, MissingError, StorageError, WrongKeyError

metadata = MetaData()
"""The tables of desk.db; each noun declares its own in its own file."""

person_metadata = MetaData()
"""The tables of persons.db, which is copied apart from the data backups."""

OLDEST_SQLITE = (3, 51, 3)
"""Older ones carry the WAL-reset bug, which can lose a committed transaction."""

BUSY_TIMEOUT_S = 10.0
KEY_BYTES = 32
_FULL = 2

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


def open_database(path: Path, key: bytes, *, create: bool = False) -> Engine:
    """An engine over the SQLCipher file at `path`, keyed with the 32 raw bytes `key`.

    Raises MissingError where there is no file and `create` is not given: a fresh store is never
    made in the place of a lost one. Raises WrongKeyError or DamagedError as the first read tells.
    """
    if len(key) != KEY_BYTES:
        # A hex key of another length would silently be taken as a passphrase.
        raise StorageError("a database key has 32 bytes")
    if sqlcipher3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageError(
            f"the database library is too old: SQLite {sqlcipher3.sqlite_version}",
            remedy="install sqlcipher3 0.6.4 or newer",
        )
    if not create and not path.is_file():
        raise MissingError(f"the data file {path.name} is not there", remedy="restore it from a backup")
    engine = create_engine(
        "sqlite://",
        module=sqlcipher3.dbapi2,
        creator=lambda: _connect(path, key),
        poolclass=QueuePool,
        hide_parameters=True,
        pool_size=8,
        max_overflow=8,
    )
    event.listen(engine, "begin", _begin)
    with write(engine) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    return engine


def _connect(path: Path, key: bytes) -> Any:  # noqa: ANN401 - the driver has no types
    driver = sqlcipher3.dbapi2.connect(
        str(path), timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, uri=False
    )
    try:
        _settle(driver, path, key)
    except BaseException:
        driver.close()
        raise
    return driver


def _settle(driver: Any, path: Path, key: bytes) -> None:  # noqa: ANN401
    for pragma in _BEFORE_KEY:
        driver.execute(pragma)
    # set_key and not PRAGMA key: a trace callback sees statements.
    driver.set_key(f"x'{key.hex()}'")
    try:
        driver.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.dbapi2.DatabaseError:
        raise _cannot_open(path) from None
    for pragma in _AFTER_KEY:
        driver.execute(pragma)
    if sys.platform == "darwin":
        driver.execute("PRAGMA fullfsync = ON")
    if driver.execute("PRAGMA synchronous").fetchone()[0] != _FULL:
        raise StorageError("the database did not take synchronous=FULL")
    if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        raise StorageError("the database did not take the write-ahead log")
    if driver.execute("PRAGMA cipher_version").fetchone() is None:
        raise StorageError("this build of SQLite does not encrypt", remedy="install sqlcipher3, not sqlite3")


def _cannot_open(path: Path) -> StorageError:
    # SQLCipher gives one answer for a wrong key and for a damaged first page. The key comes from a
    # keyring whose checksum and HMAC held, so a file of whole pages that it does not open is damaged
    # or another desk's; the caller, who knows the keyring, says which.
    return WrongOrDamagedError(
        f"the data file {path.name} does not open with this desk's key",
        remedy="restore it from a backup, or put the right file back",
    )


class WrongOrDamagedError(DamagedError, WrongKeyError):
    """A data file that this desk's key does not open."""

    code = "data-damaged"
    exit_code = 5


def _begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock now. A plain BEGIN that reads the log's head and then writes
    # fails at once if another chore wrote in between, whatever the busy timeout.
    mode = connection.get_execution_options().get("nightdesk_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; commits at the end, rolls back on any error."""
    with _translated(), engine.begin() as connection:
        yield connection


@contextmanager
def look(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads: a steady view that blocks no writer."""
    with _translated(), engine.connect() as plain:
        connection = plain.execution_options(nightdesk_begin="DEFERRED")
        with connection.begin():
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        # The driver's message may quote parameters; only its kind is passed on.
        kind = type(error.orig).__name__ if error.orig is not None else type(error).__name__
        text = str(error.orig).lower()
        if "malformed" in text or "not a database" in text:
            raise DamagedError("a data file is damaged", remedy="run `nightdesk verify`, then restore") from None
        if "full" in text and "disk" in text:
            raise DiskFullError("the disk is full", remedy="free some space; nothing was lost") from None
        raise StorageError(f"the database refused: {kind}") from None


class DiskFullError(StorageError):
    """Nothing more can be written."""

    code = "disk-full"
