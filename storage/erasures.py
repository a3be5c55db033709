"""Erasures: who is to be deleted, until when that can be undone, what was done and what is still owed.

A row is written before anything is destroyed, so that a desk that died in the middle goes on where it stopped. It
holds ids, times and counts. `number_index` stays only until the letters of that number are struck from the spool.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Row,
    SmallInteger,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from storage.database import metadata
from storage.errors import MissingError
from storage.ids import new_id
from storage.people import Attention, NumberIndex, Person, PersonId, Rest

ErasureId = NewType("ErasureId", str)


class ErasureState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"  # out of sight; can be undone until it is due
    ERASING = "erasing"  # due: the key is about to be destroyed, or was, and the rest is not done yet
    ERASED = "erased"
    UNDONE = "undone"


erasures = Table(
    "erasures",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    # Where the thread stood, for when it is undone.
    Column("attention", SmallInteger, nullable=False),
    Column("rest", String(16), nullable=False),
    Column("number_index", String(64), nullable=True),
    Column("spool_through", BigInteger, nullable=False),
    Column("undone_at", BigInteger, nullable=True),
    Column("done_at", BigInteger, nullable=True),
    Column("leaf", BigInteger, nullable=True),
    Column("messages", Integer, nullable=True),
    Column("replies", Integer, nullable=True),
    Column("drafts", Integer, nullable=True),
    Column("departures", Integer, nullable=True),
    Column("stop_kept", Boolean, nullable=True),
    Column("letters", Integer, nullable=True),
    Column("spool_at", BigInteger, nullable=True),
    Column("rewrapped_at", BigInteger, nullable=True),
    Column("copies_replaced_at", BigInteger, nullable=True),
)
Index("erasures_by_person", erasures.c.person_id, erasures.c.asked_at)
Index("erasures_by_due", erasures.c.done_at, erasures.c.due_at)


@dataclass(frozen=True, slots=True)
class Destroyed:
    """How much of a person there was."""

    messages: int
    replies: int
    drafts: int
    departures: int
    stop_kept: bool


@dataclass(frozen=True, slots=True)
class Erasure:
    """One request, and how far it has come."""

    id: ErasureId
    person: PersonId
    asked_by: str
    asked_at: int
    due_at: int
    attention: Attention
    rest: Rest
    number_index: NumberIndex | None
    spool_through: int
    undone_at: int | None
    done_at: int | None
    leaf: int | None
    destroyed: Destroyed | None
    letters: int
    spool_at: int | None
    rewrapped_at: int | None
    copies_replaced_at: int | None

    def state(self, *, now: int) -> ErasureState:
        """Where it stands."""
        if self.undone_at is not None:
            return ErasureState.UNDONE
        if self.done_at is not None:
            return ErasureState.ERASED
        return ErasureState.WAITING if now < self.due_at else ErasureState.ERASING


def _erasure(row: Row) -> Erasure:  # type: ignore[type-arg]
    destroyed = None
    if row.done_at is not None:
        destroyed = Destroyed(row.messages, row.replies, row.drafts, row.departures, row.stop_kept)
    return Erasure(
        id=ErasureId(row.id),
        person=PersonId(row.person_id),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        due_at=row.due_at,
        attention=Attention(row.attention),
        rest=Rest(row.rest),
        number_index=None if row.number_index is None else NumberIndex(row.number_index),
        spool_through=row.spool_through,
        undone_at=row.undone_at,
        done_at=row.done_at,
        leaf=row.leaf,
        destroyed=destroyed,
        letters=row.letters or 0,
        spool_at=row.spool_at,
        rewrapped_at=row.rewrapped_at,
        copies_replaced_at=row.copies_replaced_at,
    )


class Erasures:
    """The erasures of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, person: Person, *, by: str, at: int, due: int, spool_through: int) -> Erasure:
        """Write the request down. `spool_through` is the number of the last letter that was taken in."""
        erasure = ErasureId(new_id())
        self._connection.execute(
            insert(erasures),
            {
                "id": erasure,
                "person_id": person.id,
                "asked_by": by,
                "asked_at": at,
                "due_at": due,
                "attention": person.attention,
                "rest": person.rest,
                "number_index": person.number_index,
                "spool_through": spool_through,
            },
        )
        return self.get(erasure)

    def get(self, erasure: ErasureId) -> Erasure:
        """The request. Raises MissingError."""
        row = self._connection.execute(select(erasures).where(erasures.c.id == erasure)).first()
        if row is None:
            raise MissingError(f"there is no erasure {erasure}")
        return _erasure(row)

    def of(self, person: PersonId) -> Erasure | None:
        """The newest request about that person, or None."""
        query = select(erasures).where(erasures.c.person_id == person)
        row = self._connection.execute(query.order_by(erasures.c.asked_at.desc(), erasures.c.id).limit(1)).first()
        return None if row is None else _erasure(row)

    def due(self, *, now: int) -> list[Erasure]:
        """What is to be carried out now, the longest due first."""
        return self._all(_OPEN & (erasures.c.due_at <= now), limit=None)

    def waiting(self) -> list[Erasure]:
        """What can still be undone, the next to be carried out first."""
        return self._all(_OPEN, limit=None)

    def newest(self, *, limit: int) -> list[Erasure]:
        """All kinds, the newest first."""
        query = select(erasures).order_by(erasures.c.asked_at.desc(), erasures.c.id).limit(limit)
        return [_erasure(row) for row in self._connection.execute(query)]

    def bring_forward(self, erasure: ErasureId, *, due: int) -> None:
        """Somebody asked again, and for good: it is due earlier, and cannot be put off."""
        where = (erasures.c.id == erasure) & _OPEN & (erasures.c.due_at > due)
        self._connection.execute(update(erasures).where(where).values(due_at=due))

    def undo(self, erasure: ErasureId, *, at: int) -> None:
        """Nothing was destroyed and nothing will be."""
        values = {"undone_at": at, "number_index": None}
        self._connection.execute(update(erasures).where(erasures.c.id == erasure, _OPEN).values(**values))

    def done(self, erasure: ErasureId, destroyed: Destroyed, *, leaf: int, at: int) -> None:
        """The key is destroyed and the tables hold nothing of them."""
        values = {
            "done_at": at,
            "leaf": leaf,
            "messages": destroyed.messages,
            "replies": destroyed.replies,
            "drafts": destroyed.drafts,
            "departures": destroyed.departures,
            "stop_kept": destroyed.stop_kept,
        }
        self._connection.execute(update(erasures).where(erasures.c.id == erasure).values(**values))

    def owing_letters(self) -> list[Erasure]:
        """Carried out, but the letters in the spool may still hold words of theirs."""
        return self._all(_DONE & erasures.c.spool_at.is_(None), limit=None)

    def letters_struck(self, erasure: ErasureId, letters: int, *, at: int | None) -> None:
        """So many more letters are struck; with `at`, they were the last. Then the number's mark goes too."""
        more = {"letters": func.coalesce(erasures.c.letters, 0) + letters}
        ended = {} if at is None else {"spool_at": at, "number_index": None}
        self._connection.execute(update(erasures).where(erasures.c.id == erasure).values(**more, **ended))

    def owing_rewrap(self) -> list[Erasure]:
        """Carried out, but an older copy of persons.db would still open with the keyring of today."""
        return self._all(_DONE & erasures.c.rewrapped_at.is_(None), limit=None)

    def rewrapped(self, *, through: int, at: int) -> None:
        """All other people's keys were wrapped anew, after everything that was erased up to `through`."""
        where = _DONE & erasures.c.rewrapped_at.is_(None) & (erasures.c.done_at <= through)
        self._connection.execute(update(erasures).where(where).values(rewrapped_at=at))

    def owing_copies(self) -> list[Erasure]:
        """Carried out, but copies of the person keys from before may still be about."""
        return self._all(_DONE & erasures.c.copies_replaced_at.is_(None), limit=None)

    def copies_replaced(self, at: int, *, through: int | None = None) -> int:
        """Every managed copy of persons.db is newer than `through` (without it: `at`). How many waited for it."""
        where = (
            _DONE
            & erasures.c.copies_replaced_at.is_(None)
            & (erasures.c.done_at <= (at if through is None else through))
        )
        return self._connection.execute(update(erasures).where(where).values(copies_replaced_at=at)).rowcount

    def done_at_latest(self) -> int | None:
        """When somebody was erased last."""
        return self._connection.execute(select(func.max(erasures.c.done_at))).scalar()

    def _all(self, where: ColumnElement[bool], *, limit: int | None) -> list[Erasure]:
        query = select(erasures).where(where).order_by(erasures.c.due_at, erasures.c.id).limit(limit)
        return [_erasure(row) for row in self._connection.execute(query)]


_OPEN = erasures.c.done_at.is_(None) & erasures.c.undone_at.is_(None)
_DONE = erasures.c.done_at.is_not(None)
