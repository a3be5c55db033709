"""Suppressions: numbers that said stop. Kept by blind index, so that a stop outlives the person's erasure."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Connection, String, Table, bindparam, delete, func, insert, select, update

from storage.database import metadata
from storage.people import NumberIndex


class StopSource(StrEnum):
    """How we learnt of it."""

    TEXT = "text"
    CARRIER = "carrier"
    STAFF = "staff"


suppressions = Table(
    "suppressions",
    metadata,
    Column("number_index", String(64), primary_key=True),
    Column("source", String(16), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("lifted_at", BigInteger, nullable=True),
)

# Built once: the gate asks before each sending.
_HOLDING = select(suppressions).where(
    suppressions.c.number_index == bindparam("number_index"), suppressions.c.lifted_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A stop that holds."""

    source: StopSource
    since: int


class Suppressions:
    """The stops of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, index: NumberIndex) -> Suppression | None:
        """The stop that holds for that number, or None."""
        row = self._connection.execute(_HOLDING, {"number_index": index}).first()
        return None if row is None else Suppression(StopSource(row.source), row.since)

    def stop(self, index: NumberIndex, source: StopSource, *, at: int) -> None:
        """From now on nothing goes to that number. A stop that holds already is left as it is."""
        if self.of(index) is not None:
            return
        values = {"source": source, "since": at, "lifted_at": None}
        changed = self._connection.execute(
            update(suppressions).where(suppressions.c.number_index == index).values(**values)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(suppressions).values(number_index=index, **values))

    def lift(self, index: NumberIndex, *, at: int) -> bool:
        """They asked to hear from us again. Whether there was a stop to lift."""
        where = (suppressions.c.number_index == index) & suppressions.c.lifted_at.is_(None)
        return self._connection.execute(update(suppressions).where(where).values(lifted_at=at)).rowcount == 1

    def forget_all(self) -> int:
        """Take every mark away, for a desk that texts nobody any more. How many there were."""
        return self._connection.execute(delete(suppressions)).rowcount

    def count(self) -> int:
        """How many hold."""
        query = select(func.count()).select_from(suppressions).where(suppressions.c.lifted_at.is_(None))
        return int(self._connection.execute(query).scalar_one())
