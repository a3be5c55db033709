"""Drafts: words that wait for a person. Held, then sent as they are, sent changed, or discarded."""

from collections.abc import Iterator
from dataclasses import dataclass
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
    func,
    insert,
    select,
    update,
)

from storage.at_most import at_most
from storage.database import metadata
from storage.errors import MissingError, StorageError
from storage.ids import new_id
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals

DraftId = NewType("DraftId", str)


class DraftState(StrEnum):
    """OPEN is the only state that anything can leave."""

    OPEN = "open"
    SENT = "sent"
    EDITED = "edited"
    DISCARDED = "discarded"


drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("message_id", String(32), nullable=False, unique=True),
    Column("run_id", String(32), nullable=False),
    # Empty once its keeping time is over (retention.py).
    Column("body", LargeBinary, nullable=True),
    Column("reason", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("decided_by", String(64), nullable=True),
    Column("decided_at", BigInteger, nullable=True),
    Column("reply_id", String(32), nullable=True),
    Column("body_removed_at", BigInteger, nullable=True),
)
Index("drafts_by_person", drafts.c.person_id, drafts.c.created_at)
Index("drafts_by_keeping", drafts.c.body_removed_at, drafts.c.created_at)
Index("drafts_by_state", drafts.c.state)


class DraftDecidedError(StorageError):
    """Somebody was faster."""

    code = "draft-decided"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft at rest; its body stays as it was proposed, whatever was sent in the end."""

    id: DraftId
    person: PersonId
    message: str
    run: str
    body: Sealed
    reason: str
    state: DraftState
    version: int
    created_at: int
    decided_by: str | None
    decided_at: int | None
    reply: str | None
    body_removed_at: int | None = None


def _draft(row: Row) -> Draft:  # type: ignore[type-arg]
    return Draft(
        id=DraftId(row.id),
        person=PersonId(row.person_id),
        message=row.message_id,
        run=row.run_id,
        body=Sealed("drafts", "body", row.id, row.person_id, row.body or b"", removed=row.body is None),
        reason=row.reason,
        state=DraftState(row.state),
        version=row.version,
        created_at=row.created_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reply=row.reply_id,
        body_removed_at=row.body_removed_at,
    )


class Drafts:
    """The drafts of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(self, person: PersonId, message: str, run: str, body: Plaintext, *, reason: str, at: int) -> Draft:
        """Keep it until a person decides; one a message."""
        if (known := self.of_message(message)) is not None:
            return known
        draft = new_id()
        sealed = self._seals.seal(body, table="drafts", column="body", row=draft, person=person)
        self._connection.execute(
            insert(drafts),
            {
                "id": draft,
                "person_id": person,
                "message_id": message,
                "run_id": run,
                "body": sealed,
                "reason": reason,
                "state": DraftState.OPEN,
                "version": 1,
                "created_at": at,
            },
        )
        return self.get(DraftId(draft))

    def get(self, draft: DraftId) -> Draft:
        """The draft. Raises MissingError."""
        row = self._connection.execute(select(drafts).where(drafts.c.id == draft)).first()
        if row is None:
            raise MissingError(f"there is no draft {draft}")
        return _draft(row)

    def of_message(self, message: str) -> Draft | None:
        """The draft for that message, or None."""
        row = self._connection.execute(select(drafts).where(drafts.c.message_id == message)).first()
        return None if row is None else _draft(row)

    def decide(
        self, draft: DraftId, state: DraftState, *, version: int, by: str, at: int, reply: str | None = None
    ) -> None:
        """Close it. Raises DraftDecidedError when it is not open any more or was another version."""
        where = (drafts.c.id == draft) & (drafts.c.state == DraftState.OPEN) & (drafts.c.version == version)
        values = {"state": state, "decided_by": by, "decided_at": at, "reply_id": reply}
        if self._connection.execute(update(drafts).where(where).values(**values)).rowcount != 1:
            raise DraftDecidedError(
                "this draft was decided by somebody else", remedy="reload the thread to see what was sent"
            )

    def thread(self, person: PersonId, *, limit: int = 200) -> list[Draft]:
        """The newest of a person's drafts, oldest first."""
        query = select(drafts).where(drafts.c.person_id == person)
        query = query.order_by(drafts.c.created_at.desc(), drafts.c.id.desc()).limit(at_most(limit))
        return [_draft(row) for row in self._connection.execute(query)][::-1]

    def all_of(self, person: PersonId) -> Iterator[Draft]:
        """Every draft for a person, oldest first, one by one."""
        query = select(drafts).where(drafts.c.person_id == person)
        for row in self._connection.execute(query.order_by(drafts.c.created_at, drafts.c.id)):
            yield _draft(row)

    def forget(self, person: PersonId, *, at: int) -> None:
        """Empty every draft for an erased person; what was open is discarded."""
        mine = drafts.c.person_id == person
        discarded = {"state": DraftState.DISCARDED, "decided_by": "desk", "decided_at": at}
        self._connection.execute(update(drafts).where(mine, drafts.c.state == DraftState.OPEN).values(**discarded))
        self._connection.execute(update(drafts).where(mine).values(body=None, body_removed_at=at))

    def count_of(self, person: PersonId) -> int:
        """How many there are for a person, decided or not."""
        query = select(func.count()).select_from(drafts).where(drafts.c.person_id == person)
        return int(self._connection.execute(query).scalar_one())

    def open_count(self, person: PersonId | None = None) -> int:
        """How many wait."""
        query = select(func.count()).select_from(drafts).where(drafts.c.state == DraftState.OPEN)
        if person is not None:
            query = query.where(drafts.c.person_id == person)
        return int(self._connection.execute(query).scalar_one())
