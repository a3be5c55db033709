"""A data file that stands still while it is copied: writers go on into the log beside it, and nobody into the file.

1. The write lock is taken for a moment, and the log is put into the main file.
2. A reader begins while the lock is held. It needs nothing from the log, and as long as it reads, SQLite lets no
   checkpoint touch the main file.
3. The lock is let go; the main file is now one whole state of the database, page by page, still encrypted.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import sqlcipher3
from sqlalchemy import Engine

from storage.errors import BusyError

_TRIES = 50
_PAUSE_S = 0.1


@contextmanager
def steady(engine: Engine) -> Iterator[None]:
    """While the block runs, the main file does not change. Raises BusyError where readers keep the log from it."""
    with ExitStack() as ends:
        writer, keeper, reader = (_raw(engine, ends) for _ in range(3))
        for _ in range(_TRIES):
            if _stands_still(writer, keeper, reader):
                break
            time.sleep(_PAUSE_S)
        else:
            raise BusyError("something has been reading the data file for too long", remedy="try again in a while")
        ends.callback(reader.execute, "ROLLBACK")
        yield


def _raw(engine: Engine, ends: ExitStack) -> Any:  # noqa: ANN401 - the driver has no types
    pooled = engine.raw_connection()
    ends.callback(pooled.close)
    return pooled.driver_connection


def _stands_still(writer: Any, keeper: Any, reader: Any) -> bool:  # noqa: ANN401
    try:
        writer.execute("BEGIN IMMEDIATE")
    except sqlcipher3.dbapi2.OperationalError:
        return False
    try:
        busy, in_log, in_file = keeper.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if busy or in_log != in_file:
            return False
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return True
    finally:
        writer.execute("ROLLBACK")
