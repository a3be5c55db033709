"""What the database library itself finds wrong in a data file: pages whose HMAC fails, broken trees, dangling keys."""

from typing import Any

import sqlcipher3
from sqlalchemy import Engine

_MOST_TOLD = 5
_TRIES = 3


def faults_in(engine: Engine) -> tuple[str, ...]:
    """The faults, a few of them spelled out. Nothing is changed but for pages that the log held already.

    1. what stands in the log goes into the main file, since the next step reads only that
    2. each page's HMAC (cipher_integrity_check)
    3. the trees, the indexes and the keys between tables
    """
    pool = engine.raw_connection()
    try:
        driver: Any = pool.driver_connection
        # A writer in another process may be putting pages into the main file at this very moment: what is
        # wrong is wrong each time.
        faults = _pages(driver)
        for _ in range(_TRIES - 1):
            faults &= _pages(driver) if faults else set()
        found = [*sorted(faults), *_trees(driver)]
    finally:
        pool.close()
    more = (f"and {len(found) - _MOST_TOLD} more",) if len(found) > _MOST_TOLD else ()
    return (*found[:_MOST_TOLD], *more)


def _pages(driver: Any) -> set[str]:  # noqa: ANN401 - the driver has no types
    driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return {str(row[0]) for row in driver.execute("PRAGMA cipher_integrity_check").fetchall()}


def _trees(driver: Any) -> list[str]:  # noqa: ANN401
    try:
        said = [str(row[0]) for row in driver.execute("PRAGMA integrity_check(20)").fetchall()]
        dangling = driver.execute("PRAGMA foreign_key_check").fetchall()
    except sqlcipher3.dbapi2.DatabaseError as error:
        # Where a page does not open at all, the library gives up instead of telling.
        return [str(error)]
    broken = [] if said == ["ok"] else [line for answer in said for line in answer.splitlines()]
    return broken + [f"a row of {row[0]} names one of {row[2]} that is not there" for row in dangling]
