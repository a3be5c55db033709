"""Replies: the outbox. A reply is queued with the decision that made it, in one transaction, and sent later.

States, and the only ways between them, are in appliance/sending; this file keeps and finds them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
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
from storage.messages import AtCarrier
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals
from storage.search.owed import REPLIES, owe

ReplyId = NewType("ReplyId", str)


class ReplyKind(StrEnum):
    """Why it goes out."""

    ANSWER = "answer"
    HOLDING = "holding"
    EMERGENCY = "emergency"
    STAFF = "staff"


class ReplyState(StrEnum):
    """Where a reply stands."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    REFUSED = "refused"


replies = Table(
    "replies",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("message_id", String(32), nullable=True),
    Column("run_id", String(32), nullable=True),
    Column("draft_id", String(32), nullable=True),
    Column("kind", String(16), nullable=False),
    # One unattended reply a message, whatever is retried or replayed: NULL for what staff wrote.
    Column("once", String(64), nullable=True),
    Column("answer_id", String(64), nullable=True),
    Column("answer_version", Integer, nullable=True),
    # Empty once its keeping time is over (retention.py).
    Column("body", LargeBinary, nullable=True),
    Column("body_digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("state_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("sending_at", BigInteger, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("account", String(64), nullable=True),
    Column("provider_id", String(64), nullable=True),
    Column("error_code", String(32), nullable=True),
    Column("approved_by", String(64), nullable=True),
    Column("approved_at", BigInteger, nullable=True),
    Column("body_removed_at", BigInteger, nullable=True),
    Column("archive_id", String(32), nullable=True),
    UniqueConstraint("once", name="replies_once"),
    UniqueConstraint("account", "provider_id", name="replies_provider_once"),
)
Index("replies_by_person", replies.c.person_id, replies.c.created_at)
Index("replies_by_keeping", replies.c.body_removed_at, replies.c.created_at)
Index("replies_by_state", replies.c.state, replies.c.state_at)
# The gate counts what went out lately before each sending.
Index("replies_by_sending", replies.c.sending_at)

# Built once: putting a statement together costs more than running it.
_ONE = select(replies).where(replies.c.id == bindparam("id"))
_CALLED = select(replies).where(
    replies.c.account == bindparam("account"), replies.c.provider_id == bindparam("provider_id")
)


@dataclass(frozen=True, slots=True)
class NewReply:
    """A reply that was decided."""

    person: PersonId
    kind: ReplyKind
    body: Plaintext
    body_digest: str
    created_at: int
    message: str | None = None
    run: str | None = None
    draft: str | None = None
    answer: str | None = None
    answer_version: int | None = None
    approved_by: str | None = None
    approved_at: int | None = None


@dataclass(frozen=True, slots=True)
class SentReply:
    """A reply at rest, with its delivery."""

    id: ReplyId
    person: PersonId
    kind: ReplyKind
    message: str | None
    run: str | None
    draft: str | None
    answer: str | None
    body: Sealed = field(repr=False)
    body_digest: str = field(repr=False)
    state: ReplyState = ReplyState.QUEUED
    state_at: int = 0
    created_at: int = 0
    sending_at: int | None = None
    attempts: int = 0
    account: str | None = None
    provider_id: str | None = None
    error_code: str | None = None
    approved_by: str | None = None
    approved_at: int | None = None
    body_removed_at: int | None = None
    archive: str | None = None


def _reply(row: Row) -> SentReply:  # type: ignore[type-arg]
    return SentReply(
        id=ReplyId(row.id),
        person=PersonId(row.person_id),
        kind=ReplyKind(row.kind),
        message=row.message_id,
        run=row.run_id,
        draft=row.draft_id,
        answer=row.answer_id,
        body=Sealed("replies", "body", row.id, row.person_id, row.body or b"", removed=row.body is None),
        body_digest=row.body_digest,
        state=ReplyState(row.state),
        state_at=row.state_at,
        created_at=row.created_at,
        sending_at=row.sending_at,
        attempts=row.attempts,
        account=row.account,
        provider_id=row.provider_id,
        error_code=row.error_code,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        body_removed_at=row.body_removed_at,
        archive=row.archive_id,
    )


class Replies:
    """The replies of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals, *, mark: Callable[[str], str]) -> None:
        self._connection = connection
        self._seals = seals
        self._mark = mark

    def add(self, new: NewReply) -> SentReply | None:
        """Queue it. None when this message has its unattended reply already."""
        once = new.message if new.approved_by is None else None
        if once is not None and self._replied(once):
            return None
        reply = new_id()
        sealed = self._seals.seal(new.body, table="replies", column="body", row=reply, person=new.person)
        self._connection.execute(
            insert(replies),
            {
                "id": reply,
                "person_id": new.person,
                "message_id": new.message,
                "run_id": new.run,
                "draft_id": new.draft,
                "kind": new.kind,
                "once": once,
                "answer_id": new.answer,
                "answer_version": new.answer_version,
                "body": sealed,
                "body_digest": new.body_digest,
                "state": ReplyState.QUEUED,
                "state_at": new.created_at,
                "created_at": new.created_at,
                "approved_by": new.approved_by,
                "approved_at": new.approved_at,
            },
        )
        owe(self._connection, REPLIES, reply)
        return self.get(ReplyId(reply))

    def get(self, reply: ReplyId) -> SentReply:
        """The reply. Raises MissingError."""
        row = self._connection.execute(_ONE, {"id": reply}).first()
        if row is None:
            raise MissingError(f"there is no reply {reply}")
        return _reply(row)

    def by_provider_id(self, account: str, provider_id: str) -> SentReply | None:
        """The reply the carrier calls so, or None."""
        row = self._connection.execute(_CALLED, {"account": account, "provider_id": provider_id}).first()
        return None if row is None else _reply(row)

    def move(self, reply: ReplyId, state: ReplyState, *, at: int, error_code: str | None = None) -> None:
        """Set the state. Which moves are allowed is decided by the caller (appliance/sending/states.py)."""
        values: dict[str, object] = {"state": state, "state_at": at, "error_code": error_code}
        if state is ReplyState.SENDING:
            values["sending_at"] = at
            values["attempts"] = replies.c.attempts + 1
        self._connection.execute(update(replies).where(replies.c.id == reply).values(**values))

    def accepted(self, reply: ReplyId, *, account: str, provider_id: str) -> None:
        """The carrier took it and gave it an id."""
        self._connection.execute(
            update(replies).where(replies.c.id == reply).values(account=account, provider_id=provider_id)
        )

    def thread(self, person: PersonId, *, limit: int = 200, before: int | None = None) -> list[SentReply]:
        """The newest of a person's replies, oldest first."""
        query = select(replies).where(replies.c.person_id == person)
        if before is not None:
            query = query.where(replies.c.created_at <= before)
        query = query.order_by(replies.c.created_at.desc(), replies.c.id.desc()).limit(at_most(limit))
        return [_reply(row) for row in self._connection.execute(query)][::-1]

    def all_of(self, person: PersonId) -> Iterator[SentReply]:
        """Every reply to a person, oldest first, one by one."""
        query = select(replies).where(replies.c.person_id == person)
        for row in self._connection.execute(query.order_by(replies.c.created_at, replies.c.id)):
            yield _reply(row)

    def in_state(self, *states: ReplyState, limit: int = 1000) -> list[SentReply]:
        """Replies that stand there, the longest first."""
        query = select(replies).where(replies.c.state.in_(states)).order_by(replies.c.state_at).limit(at_most(limit))
        return [_reply(row) for row in self._connection.execute(query)]

    def to_person_since(self, person: PersonId, since: int) -> list[SentReply]:
        """What was decided for one person since then, oldest first: the gate counts it."""
        where = (replies.c.person_id == person) & (replies.c.created_at >= since)
        return [_reply(row) for row in self._connection.execute(select(replies).where(where).order_by("created_at"))]

    def last_of(self, person: PersonId, kind: ReplyKind) -> int | None:
        """When the newest reply of that kind was decided."""
        where = (replies.c.person_id == person) & (replies.c.kind == kind)
        return self._connection.execute(select(func.max(replies.c.created_at)).where(where)).scalar()

    def handed_over_since(self, since: int, *, until: int) -> int:
        """How many went to the carrier in that time, for the desk's own rate."""
        return self._count(replies.c.sending_at.between(since, until))

    def withhold(self, person: PersonId, *, at: int) -> None:
        """What was still to go out to somebody who is deleted, does not."""
        where = (replies.c.person_id == person) & (replies.c.state == ReplyState.QUEUED)
        values = {"state": ReplyState.REFUSED, "state_at": at, "error_code": "deleted"}
        self._connection.execute(update(replies).where(where).values(**values))

    def forget(self, person: PersonId, *, at: int) -> list[AtCarrier]:
        """Empty every reply to an erased person, and say under which names the carrier has them."""
        where = (replies.c.person_id == person) & replies.c.provider_id.is_not(None)
        query = select(replies.c.id, replies.c.account, replies.c.provider_id).where(where)
        known = [AtCarrier(*row) for row in self._connection.execute(query)]
        open_ones = (replies.c.person_id == person) & replies.c.state.in_((ReplyState.SENDING, ReplyState.UNKNOWN))
        # Nobody can look up any more what became of these.
        lost = {"state": ReplyState.FAILED, "state_at": at, "error_code": "erased"}
        self._connection.execute(update(replies).where(open_ones).values(**lost))
        values = {"body": None, "body_removed_at": at, "archive_id": None, "body_digest": ""}
        self._connection.execute(update(replies).where(replies.c.person_id == person).values(**values))
        for one in known:
            mark = update(replies).where(replies.c.id == one.row).values(provider_id=self._mark(one.provider_id))
            self._connection.execute(mark)
        return known

    def count(self, *states: ReplyState) -> int:
        """How many there are, or how many stand in those states."""
        return self._count(replies.c.state.in_(states) if states else None)

    def count_of(self, person: PersonId) -> int:
        """How many there are to a person."""
        return self._count(replies.c.person_id == person)

    def count_accepted(self) -> int:
        """How many the carrier took."""
        return self._count(replies.c.provider_id.is_not(None))

    def _count(self, where: object) -> int:
        query = select(func.count()).select_from(replies)
        if where is not None:
            query = query.where(where)  # type: ignore[arg-type]
        return int(self._connection.execute(query).scalar_one())

    def _replied(self, once: str) -> bool:
        return self._connection.execute(select(replies.c.id).where(replies.c.once == once)).first() is not None

    def waited(self, *, limit: int) -> list[int]:
        """How long the newest replies waited until they were handed to the carrier, in milliseconds."""
        waited = replies.c.sending_at - replies.c.created_at
        query = select(waited).where(replies.c.sending_at.is_not(None)).order_by(replies.c.created_at.desc())
        return [int(one) for one in self._connection.execute(query.limit(at_most(limit))).scalars()]
