"""The ledger: every departure to the outside, written before its first byte. Model prompts are kept whole, sealed.

A prompt quotes a thread, if only in redacted words, so it is sealed with the person's key and dies with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

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
    Text,
    func,
    insert,
    select,
    update,
)

from storage.database import metadata
from storage.errors import MissingError
from storage.ids import new_id
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals

ledger = Table(
    "ledger",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("data", String(32), nullable=False),
    Column("scheme", String(16), nullable=False),
    Column("host", String(255), nullable=False),
    Column("port", Integer, nullable=False),
    Column("permission_id", String(32), nullable=True),
    Column("person_id", String(32), nullable=True),
    Column("run_id", String(32), nullable=True),
    Column("method", String(16), nullable=False),
    Column("path", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("outcome", String(16), nullable=True),
    Column("status", Integer, nullable=True),
    Column("answer_size", Integer, nullable=True),
    Column("reason", String(64), nullable=True),
    Column("finished_at", BigInteger, nullable=True),
    Column("body_removed_at", BigInteger, nullable=True),
)
Index("ledger_by_time", ledger.c.at)
Index("ledger_by_run", ledger.c.run_id)
Index("ledger_by_person", ledger.c.person_id, ledger.c.at)
Index("ledger_by_permission", ledger.c.permission_id, ledger.c.at)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is about to leave."""

    at: int
    purpose: str
    data: str
    scheme: str
    host: str
    port: int
    permission: str | None
    person: str | None
    run: str | None
    method: str
    path: str
    size: int
    digest: str
    body: Plaintext | None = None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A departure and, once it is known, how it ended."""

    id: str
    at: int
    purpose: str
    data: str
    scheme: str
    host: str
    port: int
    permission: str | None
    person: str | None
    run: str | None
    method: str
    path: str
    size: int
    digest: str
    outcome: str | None
    status: int | None
    answer_size: int | None
    reason: str
    finished_at: int | None
    body: Sealed | None = field(default=None, repr=False)
    body_removed_at: int | None = None


def _entry(row: Row) -> LedgerEntry:  # type: ignore[type-arg]
    body = None
    if row.body is not None:
        body = Sealed("ledger", "body", row.id, row.person_id, row.body)
    return LedgerEntry(
        id=row.id,
        at=row.at,
        purpose=row.purpose,
        data=row.data,
        scheme=row.scheme,
        host=row.host,
        port=row.port,
        permission=row.permission_id,
        person=row.person_id,
        run=row.run_id,
        method=row.method,
        path=row.path,
        size=row.size,
        digest=row.digest,
        outcome=row.outcome,
        status=row.status,
        answer_size=row.answer_size,
        reason=row.reason or "",
        finished_at=row.finished_at,
        body=body,
        body_removed_at=row.body_removed_at,
    )


class Ledger:
    """The ledger of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def begin(self, new: NewEntry) -> str:
        """Write it down; its id. A body needs a person to be sealed for; without one only its digest is kept."""
        entry = new_id()
        body = None
        if new.body is not None and new.person is not None:
            body = self._seals.seal(new.body, table="ledger", column="body", row=entry, person=new.person)
        self._connection.execute(
            insert(ledger),
            {
                "id": entry,
                "at": new.at,
                "purpose": new.purpose,
                "data": new.data,
                "scheme": new.scheme,
                "host": new.host,
                "port": new.port,
                "permission_id": new.permission,
                "person_id": new.person,
                "run_id": new.run,
                "method": new.method,
                "path": new.path,
                "size": new.size,
                "digest": new.digest,
                "body": body,
            },
        )
        return entry

    def finish(self, entry: str, *, at: int, outcome: str, status: int | None, size: int, reason: str) -> None:
        """How it ended."""
        values = {"finished_at": at, "outcome": outcome, "status": status, "answer_size": size, "reason": reason}
        self._connection.execute(update(ledger).where(ledger.c.id == entry).values(**values))

    def get(self, entry: str) -> LedgerEntry:
        """One entry. Raises MissingError."""
        row = self._connection.execute(select(ledger).where(ledger.c.id == entry)).first()
        if row is None:
            raise MissingError(f"there is no ledger entry {entry}")
        return _entry(row)

    def page(self, *, limit: int, offset: int = 0) -> list[LedgerEntry]:
        """Newest first."""
        query = select(ledger).order_by(ledger.c.at.desc()).limit(limit).offset(offset)
        return [_entry(row) for row in self._connection.execute(query)]

    def of_run(self, run: str) -> list[LedgerEntry]:
        """What left in one run, oldest first."""
        query = select(ledger).where(ledger.c.run_id == run).order_by(ledger.c.at)
        return [_entry(row) for row in self._connection.execute(query)]

    def all_of(self, person: str) -> Iterator[LedgerEntry]:
        """Everything that left about a person, oldest first, one by one."""
        query = select(ledger).where(ledger.c.person_id == person).order_by(ledger.c.at, ledger.c.id)
        for row in self._connection.execute(query):
            yield _entry(row)

    def count_of(self, person: str) -> int:
        """How much left about a person."""
        query = select(func.count()).select_from(ledger).where(ledger.c.person_id == person)
        return int(self._connection.execute(query).scalar_one())

    def forget(self, person: str) -> None:
        """Take away what was kept of an erased person's prompts; that something left, and where to, stays."""
        values = {"body": None, "digest": ""}
        self._connection.execute(update(ledger).where(ledger.c.person_id == person).values(**values))

    def uses(self, permission: str) -> tuple[int, int | None]:
        """How often a permission was used, and when last."""
        query = select(func.count(), func.max(ledger.c.at)).where(ledger.c.permission_id == permission)
        count, last = self._connection.execute(query).one()
        return int(count), last

    def count(self) -> int:
        """How many there are."""
        return int(self._connection.execute(select(func.count()).select_from(ledger)).scalar_one())
