"""What a rotation asks of SQLCipher files: a copy under another key, and to have a file for itself alone.

It knows the dialect, as driver.py and database.py do.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import Column, Connection, func, update

from storage.errors import BusyError, DiskError
from storage.lasting import sync_file, sync_folder

PAGES_AT_ONCE = 4096
ALONE_WITHIN_S = 60.0
_ASK_AGAIN_S = 0.05
_BESIDE = ("", "-wal", "-shm", "-journal")

Stop = Callable[[], None]
"""Asked again and again; raises where the work is to be left."""


def copy_under(path: Path, key: bytes, fresh: Path, fresh_key: bytes, *, stop: Stop) -> None:
    """A copy of the file, page for page, under another key. Nobody may write to it meanwhile."""
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    source, target = _plain(path, key), _plain(fresh, fresh_key)
    try:
        # Thrown away if it does not come to its end, so nothing of it needs to be safe before.
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        source.backup(target, pages=PAGES_AT_ONCE, progress=lambda *_: stop())
        # The copy says that it has a log, as its source does. In one file it can be renamed.
        target.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.close()
        target.close()


def opens(path: Path, key: bytes) -> bool:
    """Whether that is the file's key. A missing file opens with none."""
    if not path.is_file():
        return False
    driver = _plain(path, key)
    try:
        driver.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.dbapi2.DatabaseError:
        return False
    finally:
        driver.close()
    return True


def put_in_one_file(path: Path, key: bytes) -> None:
    """Bring its log into the file itself, and all of it to stable storage. Nobody may have it open."""
    driver = _plain(path, key)
    try:
        if not _unless_busy(lambda: _into_one_file(driver)):
            raise _busy(path)
    finally:
        driver.close()
    sync_file(path)


class Held:
    """A data file that nobody else writes to, until it is let go. Raises BusyError where another process writes on."""

    def __init__(self, path: Path, key: bytes, *, within_s: float = ALONE_WITHIN_S) -> None:
        self._path = path
        self._within_s = within_s
        self._driver = _plain(path, key)
        try:
            self._wait_for(self._bar_writers)
            self._version = self._data_version()
        except BaseException:
            self._driver.close()
            raise

    def take_alone(self) -> None:
        """For nobody else: its log is in it and gone, and whoever opens it waits.

        Raises BusyError where somebody keeps it open, or wrote in the moment between.
        """
        self._driver.execute("ROLLBACK")
        self._wait_for(self._bar_all)
        if self._data_version() != self._version:
            raise _busy(self._path)
        sync_folder(self._path.parent)
        if os.name == "nt":  # pragma: no cover - Windows renames no open file, and refuses where another has it open
            self._driver.close()

    def let_go(self) -> None:
        """Whoever waits goes on."""
        self._driver.close()

    def _wait_for(self, act: Callable[[], bool]) -> None:
        end = time.monotonic() + self._within_s
        while not _unless_busy(act):
            if time.monotonic() > end:
                raise _busy(self._path)
            time.sleep(_ASK_AGAIN_S)

    def _bar_writers(self) -> bool:
        self._driver.execute("BEGIN IMMEDIATE")
        return True

    def _bar_all(self) -> bool:
        if not _into_one_file(self._driver):
            return False
        self._driver.execute("BEGIN EXCLUSIVE")
        return True

    def _data_version(self) -> int:
        return int(self._driver.execute("PRAGMA data_version").fetchone()[0])


def replace(fresh: Path, path: Path) -> None:
    """Put the copy in the file's place, on stable storage."""
    try:
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise DiskError(
            f"{path.name} could not be exchanged ({type(error).__name__})", remedy="check the desk's folder"
        ) from None


def remove(path: Path) -> None:
    """The file and what lies beside it."""
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def change_each(connection: Connection, column: Column[Any], becomes: Callable[..., Any], *given: Column[Any]) -> int:
    """Set the column of every row to what `becomes` makes of the `given` columns and itself; NULL stays. How many."""
    driver: Any = connection.connection.driver_connection
    failed: list[BaseException] = []

    def become(*values: Any) -> Any:  # noqa: ANN401 - what the columns hold
        try:
            return becomes(*values)
        except BaseException as error:
            # The library knows only that something failed.
            failed.append(error)
            raise

    driver.create_function("become", len(given) + 1, become)
    try:
        return connection.execute(
            update(column.table).where(column.is_not(None)).values({column: func.become(*given, column)})
        ).rowcount
    except Exception:
        if failed:
            raise failed[0] from None
        raise


def _plain(path: Path, key: bytes) -> Any:  # noqa: ANN401 - the driver has no types
    driver = sqlcipher3.dbapi2.connect(str(path), timeout=0.0, isolation_level=None, check_same_thread=False)
    driver.execute("PRAGMA cipher_log_level = NONE")
    driver.set_key(f"x'{key.hex()}'")
    driver.execute("PRAGMA temp_store = MEMORY")
    return driver


def _into_one_file(driver: Any) -> bool:  # noqa: ANN401
    """Leave the write-ahead log, which only somebody can who is alone. Whether it did."""
    return bool(driver.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",))


def _unless_busy(act: Callable[[], bool]) -> bool:
    try:
        return act()
    except sqlcipher3.dbapi2.OperationalError as error:
        if _code(error) == _BUSY:
            return False
        raise


def _busy(path: Path) -> BusyError:
    return BusyError(f"another process uses {path.name}", remedy="let it end; this is tried again by itself")


_BUSY = 5


def _code(error: BaseException) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
