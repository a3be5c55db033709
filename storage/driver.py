"""SQLCipher's driver: one connection and its settings, and what it raises, as ours.

The settings follow DESIGN §3; each is read back, because a pragma that a build does not know is ignored in silence.
Few files know the dialect: this one, database.py, rotation/files.py and search/index_file.py.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3

from storage.errors import (
    BusyError,
    DamagedError,
    DiskError,
    DiskFullError,
    ExistsError,
    ForeignDataError,
    MissingError,
    StorageError,
    WrongOrDamagedError,
)

OLDEST_SQLITE = (3, 51, 3)
"""Older ones carry the WAL-reset bug, which can lose a committed transaction."""

BUSY_TIMEOUT_S = 10.0
KEY_BYTES = 32
PAGE_BYTES = 4096
_FULL = 2

RESTORE = "restore it from a backup"

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


def prepare(path: Path, key: bytes, *, create: bool) -> None:
    """Make the file, or see that it is there; see that key and library will do. Raises as `database.open_database`."""
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


def connect_alone(path: Path, key: bytes, *, create: bool = False) -> Any:  # noqa: ANN401 - the driver has no types
    """One connection without a pool, for use within `driver_errors`. Raises as `database.open_database`."""
    prepare(path, key, create=create)
    with driver_errors():
        return connect(path, key)


def connect(path: Path, key: bytes, *, reads: bool = False) -> Any:  # noqa: ANN401
    """A connection to a prepared file. Raises DamagedError where it does not open, or what the driver raises."""
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
        if code_of(error) in {_CORRUPT, _NOT_A_DATABASE}:
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


@contextmanager
def driver_errors() -> Iterator[None]:
    """What the driver itself raises, as ours."""
    try:
        yield
    except sqlcipher3.dbapi2.DatabaseError as error:
        raise translated(error) from None


def translated(error: BaseException | None) -> StorageError:
    # The driver's message may quote parameters; only its kind is passed on.
    code = code_of(error)
    if code in _KINDS:
        kind, sentence, remedy = _KINDS[code]
        return kind(sentence, remedy=remedy)
    return StorageError(f"the database refused: {type(error).__name__}")


def code_of(error: BaseException | None) -> int:
    # The low byte is the primary code; the rest says where it happened.
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


IO_ERROR = 10
_CORRUPT = 11
_NOT_A_DATABASE = 26
_DAMAGED = (DamagedError, "a data file is damaged", "run `nightdesk verify`, then restore")
_KINDS: dict[int, tuple[type[StorageError], str, str]] = {
    5: (BusyError, "another process holds the data file", "close whatever else has it open, then try again"),
    8: (DiskError, "the data file cannot be written", "give the desk's folder back its permissions"),
    IO_ERROR: (DiskError, "the disk failed while the data file was read or written", "check the disk and its cables"),
    _CORRUPT: _DAMAGED,
    13: (DiskFullError, "the disk is full", "free some space; nothing was lost"),
    14: (DiskError, "the data file cannot be opened", "check the desk's folder and its permissions"),
    _NOT_A_DATABASE: _DAMAGED,
}
