"""Jobs: what is still to be done, in the same transaction as what made it necessary.

A job is leased, not taken: when its worker dies, the lease ends and another does it again. So each
kind of job can be done twice without harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from storage.at_most import at_most
from storage.database import metadata
from storage.ids import new_id

JobId = NewType("JobId", str)

CLOCK_SLACK = 5_000
"""A clock that is put right by less is none that was set back."""


class JobKind(StrEnum):
    """What is to be done; `subject` names the row it is about."""

    ANSWER = "answer"
    SEND = "send"
    LOOK_UP = "look-up"
    NOTIFY = "notify"
    REDACT = "redact"  # at the carrier


jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", String(32), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Until when one worker has it to itself; afterwards, when it was put back.
    Column("leased_until", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("kind", "subject", name="jobs_once"),
)
Index("jobs_by_due", jobs.c.due_at)

# Built once: putting a statement together costs more than running it.
_DROP = delete(jobs).where(jobs.c.subject == bindparam("dropped"))
_SAME = select(jobs.c.id).where(jobs.c.kind == bindparam("kind"), jobs.c.subject == bindparam("subject"))


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was leased; `attempts` counts this one."""

    id: JobId
    kind: JobKind
    subject: str
    attempts: int
    due_at: int
    created_at: int


def _job(row: Row) -> Job:  # type: ignore[type-arg]
    return Job(JobId(row.id), JobKind(row.kind), row.subject, row.attempts, row.due_at, row.created_at)


class Jobs:
    """The jobs of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kind: JobKind, subject: str, *, due: int, at: int) -> None:
        """Put it on the list; the same job twice is one job."""
        if self._connection.execute(_SAME, {"kind": kind, "subject": subject}).first() is None:
            values = {"id": new_id(), "kind": kind, "subject": subject, "due_at": due, "created_at": at}
            self._connection.execute(insert(jobs), {**values, "attempts": 0, "leased_until": 0})

    def lease(self, kinds: tuple[JobKind, ...], *, now: int, for_ms: int, limit: int = 1) -> list[Job]:
        """The most overdue jobs of those kinds, this worker's for `for_ms`."""
        where = jobs.c.kind.in_(kinds) & (jobs.c.due_at <= now) & (jobs.c.leased_until <= now)
        query = select(jobs).where(where).order_by(jobs.c.due_at, jobs.c.created_at).limit(at_most(limit))
        leased = []
        for row in self._connection.execute(query).all():
            values = {"leased_until": now + for_ms, "attempts": row.attempts + 1}
            self._connection.execute(update(jobs).where(jobs.c.id == row.id).values(**values))
            leased.append(
                Job(JobId(row.id), JobKind(row.kind), row.subject, row.attempts + 1, row.due_at, row.created_at)
            )
        return leased

    def finish(self, job: JobId) -> None:
        """It is done; nothing of it stays."""
        self._connection.execute(delete(jobs).where(jobs.c.id == job))

    def again(self, job: JobId, *, due: int, at: int) -> None:
        """Later, once more."""
        self._connection.execute(update(jobs).where(jobs.c.id == job).values(due_at=due, leased_until=at))

    def release_all(self) -> None:
        """At start: whoever leased a job before is gone (one core a desk, held by a lock)."""
        # One that waits keeps the time at which it was put back, for `set_back`.
        self._connection.execute(update(jobs).where(jobs.c.leased_until > jobs.c.due_at).values(leased_until=0))

    def next_due(self, kinds: tuple[JobKind, ...], *, now: int) -> int | None:
        """When the most overdue job of those kinds fell due, or None when there is nothing to do yet."""
        where = jobs.c.kind.in_(kinds) & (jobs.c.due_at <= now) & (jobs.c.leased_until <= now)
        return self._connection.execute(select(func.min(jobs.c.due_at)).where(where)).scalar()

    def from_later(self, *, now: int, lease_ms: int) -> int:
        """How many were put on the list at a time that is still to come: the clock was set back since."""
        where = (jobs.c.created_at > now + CLOCK_SLACK) | (jobs.c.leased_until > now + lease_ms + CLOCK_SLACK)
        return int(self._connection.execute(select(func.count()).select_from(jobs).where(where)).scalar_one())

    def set_back(self, *, now: int, lease_ms: int) -> None:
        """Those of `from_later` fall due as soon after now as they did then, not when that time has come again."""
        ahead = jobs.c.created_at - now
        by = {"due_at": jobs.c.due_at - ahead, "leased_until": jobs.c.leased_until - ahead, "created_at": now}
        self._connection.execute(update(jobs).where(jobs.c.created_at > now + CLOCK_SLACK).values(**by))
        held = jobs.c.leased_until > now + lease_ms + CLOCK_SLACK
        # Whoever works on it just now keeps it for a lease at most; what waits was put back at that time.
        works, waits = jobs.c.due_at < jobs.c.leased_until, jobs.c.due_at >= jobs.c.leased_until
        self._connection.execute(update(jobs).where(held & works).values(leased_until=now + lease_ms))
        back = {"due_at": jobs.c.due_at - (jobs.c.leased_until - now), "leased_until": now}
        self._connection.execute(update(jobs).where(held & waits).values(**back))

    def count(self) -> int:
        """How many wait."""
        return int(self._connection.execute(select(func.count()).select_from(jobs)).scalar_one())

    def drop(self, subjects: Iterable[str]) -> None:
        """Nothing of that is to be done any more."""
        for subject in subjects:
            self._connection.execute(_DROP, {"dropped": subject})

    def of_kind(self, kind: JobKind) -> list[Job]:
        """What is still to be done of that kind, the most overdue first."""
        query = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.due_at, jobs.c.created_at)
        return [_job(row) for row in self._connection.execute(query)]

    def of(self, subject: str) -> list[Job]:
        """What is still to be done about that row."""
        return [_job(row) for row in self._connection.execute(select(jobs).where(jobs.c.subject == subject))]
