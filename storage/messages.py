"""Messages: what came in, once for ever by (account, provider id).

`arrival` is the door's sequence number: it orders what came within one millisecond. `body` is what
pages and prompts show; where health details were taken out of it, `original` holds what was
written, sealed apart and opened only with a reason.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    update,
)

from storage.at_most import at_most
from storage.database import metadata
from storage.errors import MissingError
from storage.ids import new_id
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals
from storage.search.owed import MESSAGES, owe, owe_again

MessageId = NewType("MessageId", str)

# A statement takes only so many values.
_MOST_ASKED = 1000

NOT_YET_REDACTED = "[not yet redacted]"
"""What stands in the body when the redactor failed; the original is sealed beside it."""


@dataclass(frozen=True, slots=True)
class AtCarrier:
    """What the carrier calls the text that is in this row of ours."""

    row: str
    account: str
    provider_id: str


class MessageState(StrEnum):
    """What became of a message. It starts as NEW and is settled by its run or by a person."""

    NEW = "new"
    ANSWERED = "answered"
    HELD = "held"
    IGNORED = "ignored"
    DONE = "done"


messages = Table(
    "messages",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("provider_id", String(64), nullable=False),
    # Empty once its keeping time is over (retention.py); what is known about the message stays.
    Column("body", LargeBinary, nullable=True),
    Column("original", LargeBinary, nullable=True),
    Column("body_digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    Column("arrival", BigInteger, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("redacted", Boolean, nullable=False),
    Column("optout", Boolean, nullable=False),
    Column("emergency", String(8), nullable=True),
    Column("junk", Boolean, nullable=False),
    Column("language", String(8), nullable=False),
    Column("body_removed_at", BigInteger, nullable=True),
    Column("archive_id", String(32), nullable=True),
    UniqueConstraint("account", "provider_id", name="messages_once"),
)
Index("messages_by_person", messages.c.person_id, messages.c.received_at)
Index("messages_by_state", messages.c.state)
Index("messages_by_keeping", messages.c.body_removed_at, messages.c.received_at)
# Few are ever waiting for the redactor; without it each look would cost the whole table.
Index("messages_by_redacted", messages.c.redacted)

# Built once: putting a statement together costs more than running it.
_ONE = select(messages).where(messages.c.id == bindparam("id"))
# Of an erased message only a mark of the carrier's id is kept: it must not be taken in a second time.
_CALLED = select(messages).where(
    messages.c.account == bindparam("account"),
    messages.c.provider_id.in_([bindparam("provider_id"), bindparam("mark")]),
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What intake knows of a message before it is stored."""

    person: PersonId
    account: str
    provider_id: str
    body: Plaintext
    original: Plaintext | None
    body_digest: str
    received_at: int
    imported_at: int
    arrival: int
    late: bool
    redacted: bool
    optout: bool
    emergency: str | None
    junk: bool
    language: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message at rest."""

    id: MessageId
    person: PersonId
    account: str
    provider_id: str
    body: Sealed
    original: Sealed | None
    body_digest: str
    state: MessageState
    received_at: int
    imported_at: int
    arrival: int
    late: bool
    redacted: bool
    optout: bool
    emergency: str | None
    junk: bool
    language: str
    body_removed_at: int | None = None
    archive: str | None = None


def _message(row: Row) -> Message:  # type: ignore[type-arg]
    original = None
    if row.original is not None:
        original = Sealed("messages", "original", row.id, row.person_id, row.original)
    return Message(
        id=MessageId(row.id),
        person=PersonId(row.person_id),
        account=row.account,
        provider_id=row.provider_id,
        body=Sealed("messages", "body", row.id, row.person_id, row.body or b"", removed=row.body is None),
        original=original,
        body_digest=row.body_digest,
        state=MessageState(row.state),
        received_at=row.received_at,
        imported_at=row.imported_at,
        arrival=row.arrival,
        late=row.late,
        redacted=row.redacted,
        optout=row.optout,
        emergency=row.emergency,
        junk=row.junk,
        language=row.language,
        body_removed_at=row.body_removed_at,
        archive=row.archive_id,
    )


class Messages:
    """The messages of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals, *, mark: Callable[[str], str]) -> None:
        self._connection = connection
        self._seals = seals
        self._mark = mark

    def add(self, new: NewMessage) -> Message:
        """Store it sealed. The caller has asked `by_provider_id` in the same transaction."""
        message = new_id()
        body = self._sealed("body", message, new.person, new.body)
        original = None if new.original is None else self._sealed("original", message, new.person, new.original)
        self._connection.execute(
            insert(messages),
            {
                "id": message,
                "person_id": new.person,
                "account": new.account,
                "provider_id": new.provider_id,
                "body": body,
                "original": original,
                "body_digest": new.body_digest,
                "state": MessageState.NEW,
                "received_at": new.received_at,
                "imported_at": new.imported_at,
                "arrival": new.arrival,
                "late": new.late,
                "redacted": new.redacted,
                "optout": new.optout,
                "emergency": new.emergency,
                "junk": new.junk,
                "language": new.language,
            },
        )
        owe(self._connection, MESSAGES, message)
        return self.get(MessageId(message))

    def by_provider_id(self, account: str, provider_id: str) -> Message | None:
        """The message the carrier calls so, or None."""
        asked = {"account": account, "provider_id": provider_id, "mark": self._mark(provider_id)}
        row = self._connection.execute(_CALLED, asked).first()
        return None if row is None else _message(row)

    def known(self, account: str, provider_ids: Iterable[str]) -> frozenset[str]:
        """Those of the carrier's ids that are stored."""
        names = {name: asked for asked in provider_ids for name in (asked, self._mark(asked))}
        wanted, found = list(names), set[str]()
        for start in range(0, len(wanted), _MOST_ASKED):
            some = messages.c.provider_id.in_(wanted[start : start + _MOST_ASKED])
            query = select(messages.c.provider_id).where(messages.c.account == account, some)
            found.update(names[one] for one in self._connection.execute(query).scalars())
        return frozenset(found)

    def get(self, message: MessageId) -> Message:
        """The message. Raises MissingError."""
        row = self._connection.execute(_ONE, {"id": message}).first()
        if row is None:
            raise MissingError(f"there is no message {message}")
        return _message(row)

    def thread(self, person: PersonId, *, limit: int = 200, before: int | None = None) -> list[Message]:
        """The newest of a person's messages, oldest first."""
        query = select(messages).where(messages.c.person_id == person)
        if before is not None:
            query = query.where(messages.c.received_at <= before)
        query = query.order_by(messages.c.received_at.desc(), messages.c.arrival.desc()).limit(at_most(limit))
        return [_message(row) for row in self._connection.execute(query)][::-1]

    def all_of(self, person: PersonId) -> Iterator[Message]:
        """Every message of a person, oldest first, one by one."""
        query = select(messages).where(messages.c.person_id == person)
        for row in self._connection.execute(query.order_by(messages.c.received_at, messages.c.arrival)):
            yield _message(row)

    def settle(self, message: MessageId, state: MessageState) -> None:
        """What became of it."""
        self._connection.execute(update(messages).where(messages.c.id == message).values(state=state))

    def settle_thread(self, person: PersonId) -> None:
        """Everything of that thread that still waited is done."""
        waiting = (MessageState.NEW, MessageState.HELD)
        where = (messages.c.person_id == person) & messages.c.state.in_(waiting)
        self._connection.execute(update(messages).where(where).values(state=MessageState.DONE))

    def redacted(self, message: Message, body: Plaintext, *, withheld: bool) -> None:
        """The redactor came back: the body is set, and the original goes unless something was withheld from it."""
        sealed = self._sealed("body", message.id, message.person, body)
        values: dict[str, object] = {"body": sealed, "redacted": True}
        if not withheld:
            values["original"] = None
        self._connection.execute(update(messages).where(messages.c.id == message.id).values(**values))
        owe_again(self._connection, MESSAGES, message.id)

    def not_redacted(self, *, limit: int) -> list[Message]:
        """Messages whose redaction is still to be done."""
        query = (
            select(messages)
            .where(messages.c.redacted.is_(False), messages.c.body_removed_at.is_(None))
            .limit(at_most(limit))
        )
        return [_message(row) for row in self._connection.execute(query)]

    def forget(self, person: PersonId, *, at: int) -> list[AtCarrier]:
        """Empty every message of an erased person, and say under which names the carrier has them."""
        query = select(messages.c.id, messages.c.account, messages.c.provider_id).where(messages.c.person_id == person)
        known = [AtCarrier(*row) for row in self._connection.execute(query)]
        values = {
            "body": None,
            "original": None,
            "body_removed_at": at,
            "archive_id": None,
            "body_digest": "",
            "language": "",
            "redacted": True,
        }
        self._connection.execute(update(messages).where(messages.c.person_id == person).values(**values))
        for one in known:
            mark = update(messages).where(messages.c.id == one.row).values(provider_id=self._mark(one.provider_id))
            self._connection.execute(mark)
        return known

    def count_of(self, person: PersonId) -> int:
        """How many a person wrote."""
        query = select(func.count()).select_from(messages).where(messages.c.person_id == person)
        return int(self._connection.execute(query).scalar_one())

    def count(self, state: MessageState | None = None) -> int:
        """How many there are."""
        query = select(func.count()).select_from(messages)
        if state is not None:
            query = query.where(messages.c.state == state)
        return int(self._connection.execute(query).scalar_one())

    def _sealed(self, column: str, row: str, person: PersonId, plain: Plaintext) -> bytes:
        return self._seals.seal(plain, table="messages", column=column, row=row, person=person)

    def waited(self, *, limit: int) -> list[int]:
        """How long the newest texts lay before they were taken in, in milliseconds."""
        query = (
            select(messages.c.imported_at - messages.c.received_at)
            .order_by(messages.c.arrival.desc())
            .limit(at_most(limit))
        )
        return [int(waited) for waited in self._connection.execute(query).scalars()]
