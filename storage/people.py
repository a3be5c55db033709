"""People: who writes to the desk. Each has one thread, and a key of their own.

The number is found through a blind index; number and name are sealed.
"""

import secrets
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NewType

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    String,
    Table,
    bindparam,
    false,
    func,
    insert,
    select,
    true,
    update,
)

from storage.at_most import at_most
from storage.database import metadata
from storage.errors import MissingError
from storage.ids import new_id
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals

PersonId = NewType("PersonId", str)
NumberIndex = NewType("NumberIndex", str)
"""The keyed digest of a number: equal numbers, equal digests; nothing else can be told from it."""


class Attention(IntEnum):
    """How much a thread needs a person; the inbox shows the highest first."""

    NONE = 0
    SOON = 1
    ASKED = 2
    DRAFT = 3
    UNSENT = 4
    URGENT = 5
    LIFE = 6


class Rest(StrEnum):
    """How a thread that needs nobody came to rest."""

    WORKING = "working"
    ANSWERED = "answered"
    REPLIED = "replied"
    STOPPED = "stopped"
    JUNK = "junk"
    SET_ASIDE = "set-aside"
    # Out of sight of every page: to be erased when the time to undo is over, or erased.
    LEAVING = "leaving"
    ERASED = "erased"


GONE = (Rest.LEAVING, Rest.ERASED)


people = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    # Not unique: who was deleted and writes again before the time to undo is over, is somebody new.
    Column("number_index", String(64), nullable=False),
    Column("number", LargeBinary, nullable=False),
    Column("name", LargeBinary, nullable=True),
    Column("language", String(8), nullable=False, server_default="en"),
    Column("attention", SmallInteger, nullable=False, server_default="0"),
    Column("rest", String(16), nullable=False, server_default="working"),
    Column("preview", LargeBinary, nullable=True),
    Column("texts", Integer, nullable=False, server_default="0"),
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("health", Boolean, nullable=False, server_default=false()),
    Column("last_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
Index("people_by_number", people.c.number_index)
# The inbox is read in this order; without it a page would cost the whole table.
Index("people_by_attention", people.c.attention, people.c.rest, people.c.last_at)

# Built once: putting a statement together costs more than running it.
_ONE = select(people).where(people.c.id == bindparam("id"))
_HERE = people.c.rest.not_in(GONE)
_CALLED = (
    select(people)
    .where(people.c.number_index == bindparam("number_index"), _HERE)
    .order_by(people.c.created_at.desc(), people.c.id)
    .limit(at_most(1))
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the store knows them, with name and number shut."""

    id: PersonId
    number_index: NumberIndex
    number: Sealed
    name: Sealed | None
    language: str
    attention: Attention
    rest: Rest
    preview: Sealed | None
    texts: int
    late: bool
    health: bool
    last_at: int
    created_at: int

    @property
    def gone(self) -> bool:
        """Deleted, if only until it is undone: on no page, and never answered."""
        return self.rest in GONE


def _person(row: Row) -> Person:  # type: ignore[type-arg]
    return Person(
        id=PersonId(row.id),
        number_index=NumberIndex(row.number_index),
        number=Sealed("people", "number", row.id, row.id, row.number),
        name=None if row.name is None else Sealed("people", "name", row.id, row.id, row.name),
        language=row.language,
        attention=Attention(row.attention),
        rest=Rest(row.rest),
        preview=None if row.preview is None else Sealed("people", "preview", row.id, row.id, row.preview),
        texts=row.texts,
        late=row.late,
        health=row.health,
        last_at=row.last_at,
        created_at=row.created_at,
    )


class People:
    """The people of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def find(self, index: NumberIndex) -> Person | None:
        """Whoever has that number, or None. Who was deleted has none any more."""
        row = self._connection.execute(_CALLED, {"number_index": index}).first()
        return None if row is None else _person(row)

    def get(self, person: PersonId) -> Person:
        """The person. Raises MissingError."""
        row = self._connection.execute(_ONE, {"id": person}).first()
        if row is None:
            raise MissingError(f"there is no person {person}")
        return _person(row)

    def look_for(self, person: str) -> Person | None:
        """The person with that id, or None."""
        row = self._connection.execute(_ONE, {"id": person}).first()
        return None if row is None else _person(row)

    def find_or_make(self, number: Plaintext, index: NumberIndex, *, at: int) -> Person:
        """Whoever has that number; made, with a key of their own, when they write for the first time."""
        if (known := self.find(index)) is not None:
            return known
        person = PersonId(new_id())
        self._seals.prepare(person, at=at)
        sealed = self._seals.seal(number, table="people", column="number", row=person, person=person)
        self._connection.execute(
            insert(people), {"id": person, "number_index": index, "number": sealed, "last_at": at, "created_at": at}
        )
        return self.get(person)

    def name(self, person: PersonId, name: Plaintext) -> None:
        """Remember what they are called."""
        sealed = self._seals.seal(name, table="people", column="name", row=person, person=person)
        self._connection.execute(update(people).where(people.c.id == person).values(name=sealed))

    def wrote(self, person: PersonId, *, at: int, language: str, late: bool, health: bool) -> None:
        """Something came in; the thread moves up and is being worked on."""
        values = {
            "last_at": at,
            "language": language,
            "texts": people.c.texts + 1,
            "late": late,
            "health": health,
            "rest": Rest.WORKING,
        }
        self._connection.execute(update(people).where(people.c.id == person).values(**values))

    def preview(self, person: PersonId, line: Plaintext) -> None:
        """The redacted words, cut short, that the inbox shows."""
        sealed = self._seals.seal(line, table="people", column="preview", row=person, person=person)
        self._connection.execute(update(people).where(people.c.id == person).values(preview=sealed))

    def needs(self, person: PersonId, attention: Attention) -> None:
        """Raise what the thread needs; never lowers it."""
        where = (people.c.id == person) & (people.c.attention < attention) & _HERE
        self._connection.execute(update(people).where(where).values(attention=attention))

    def rests(self, person: PersonId, rest: Rest) -> None:
        """How the thread came to rest; what it needs is left as it is."""
        self._connection.execute(update(people).where(people.c.id == person, _HERE).values(rest=rest))

    def settle(self, person: PersonId, attention: Attention, rest: Rest) -> None:
        """A person saw to it."""
        where = (people.c.id == person) & _HERE
        self._connection.execute(update(people).where(where).values(attention=attention, rest=rest))

    def leave(self, person: PersonId) -> None:
        """Out of sight, with everything kept, until it is undone or erased."""
        values = {"attention": Attention.NONE, "rest": Rest.LEAVING}
        self._connection.execute(update(people).where(people.c.id == person).values(**values))

    def come_back(self, person: PersonId, attention: Attention, rest: Rest) -> None:
        """The deletion was undone: the thread stands where it stood."""
        where = (people.c.id == person) & (people.c.rest == Rest.LEAVING)
        self._connection.execute(update(people).where(where).values(attention=attention, rest=rest))

    def with_number(self, index: NumberIndex) -> list[Person]:
        """Everybody here who has that number, the newest first: more than one only after a deletion was undone."""
        query = select(people).where(people.c.number_index == index, _HERE).order_by(people.c.created_at.desc())
        return [_person(row) for row in self._connection.execute(query)]

    def leaving(self, index: NumberIndex) -> list[Person]:
        """Who had that number and can still be brought back, the newest first."""
        where = (people.c.number_index == index) & (people.c.rest == Rest.LEAVING)
        query = select(people).where(where).order_by(people.c.created_at.desc())
        return [_person(row) for row in self._connection.execute(query)]

    def everybody_here(self) -> list[Person]:
        """Everybody who is not erased, hidden or not."""
        return [_person(row) for row in self._connection.execute(select(people).where(people.c.rest != Rest.ERASED))]

    def forget(self, person: PersonId) -> None:
        """Nothing is left by which they could be found or told from others; counts and times stay."""
        values = {
            "number_index": secrets.token_hex(32),
            "number": b"",
            "name": None,
            "preview": None,
            "language": "",
            "attention": Attention.NONE,
            "rest": Rest.ERASED,
            "health": False,
        }
        self._connection.execute(update(people).where(people.c.id == person).values(**values))

    def waiting(self, *, limit: int) -> list[Person]:
        """Threads that need somebody: the most pressing first, then the newest."""
        query = select(people).where(people.c.attention > Attention.NONE)
        query = query.order_by(people.c.attention.desc(), people.c.last_at.desc()).limit(at_most(limit))
        return [_person(row) for row in self._connection.execute(query)]

    def resting(self, rests: tuple[Rest, ...], *, limit: int) -> list[Person]:
        """Threads that need nobody, the newest first."""
        newest = [
            select(people).where(_resting(rest)).order_by(people.c.last_at.desc()).limit(at_most(limit))
            for rest in rests
        ]
        # One short walk down the index for each kind of rest; a single query over all would sort the table.
        found = [_person(row) for query in newest for row in self._connection.execute(query)]
        return sorted(found, key=lambda person: person.last_at, reverse=True)[:limit]

    def count_waiting(self) -> int:
        """How many threads need somebody."""
        return self._count(people.c.attention > Attention.NONE)

    def count_resting(self, rests: tuple[Rest, ...]) -> int:
        """How many threads rest so."""
        return sum(self._count(_resting(rest)) for rest in rests)

    def count(self) -> int:
        """How many people there are."""
        return self._count(true())

    def _count(self, where: ColumnElement[bool]) -> int:
        return int(self._connection.execute(select(func.count()).select_from(people).where(where)).scalar_one())


def _resting(rest: Rest) -> ColumnElement[bool]:
    return (people.c.attention == Attention.NONE) & (people.c.rest == rest)
