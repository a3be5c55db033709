"""Redactions: the texts of erased people that the carrier still has, and what it answered when asked to forget them.

The carrier's id of a text stands here only until the carrier has answered for it, or was asked for long enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Connection, Index, String, Table, func, insert, select, update

from storage.at_most import at_most
from storage.database import metadata
from storage.erasures import ErasureId
from storage.ids import new_id
from storage.messages import AtCarrier


class CarrierAnswer(StrEnum):
    """What became of the carrier's copy."""

    REDACTED = "redacted"
    GONE = "gone"
    REFUSED = "refused"
    SILENT = "silent"  # asked again and again, and given up


redactions = Table(
    "redactions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("erasure_id", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("provider_id", String(64), nullable=True),
    Column("answer", String(16), nullable=True),
    Column("code", String(32), nullable=True),
    Column("answered_at", BigInteger, nullable=True),
)
Index("redactions_by_erasure", redactions.c.erasure_id, redactions.c.answer)


@dataclass(frozen=True, slots=True)
class Redaction:
    """One text that the carrier has still to be asked about."""

    id: str
    account: str
    provider_id: str


class Redactions:
    """What the carrier owes this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, erasure: ErasureId, texts: Iterable[AtCarrier]) -> int:
        """These the carrier is to be asked about. How many."""
        rows = [
            {"id": new_id(), "erasure_id": erasure, "account": one.account, "provider_id": one.provider_id}
            for one in texts
        ]
        if rows:
            self._connection.execute(insert(redactions), rows)
        return len(rows)

    def owed(self, erasure: ErasureId, *, limit: int) -> list[Redaction]:
        """The next ones without an answer."""
        where = (redactions.c.erasure_id == erasure) & redactions.c.answer.is_(None)
        query = select(redactions).where(where).order_by(redactions.c.id).limit(at_most(limit))
        return [Redaction(row.id, row.account, row.provider_id) for row in self._connection.execute(query)]

    def answered(self, redaction: str, answer: CarrierAnswer, *, at: int, code: str = "") -> None:
        """The carrier has spoken; its id of the text goes."""
        values = {"answer": answer, "code": code or None, "answered_at": at, "provider_id": None}
        self._connection.execute(update(redactions).where(redactions.c.id == redaction).values(**values))

    def give_up(self, erasure: ErasureId, *, at: int) -> int:
        """The carrier never answered for the rest. How many those were."""
        where = (redactions.c.erasure_id == erasure) & redactions.c.answer.is_(None)
        values = {"answer": CarrierAnswer.SILENT, "answered_at": at, "provider_id": None}
        return self._connection.execute(update(redactions).where(where).values(**values)).rowcount

    def counts(self, erasure: ErasureId) -> dict[CarrierAnswer | None, int]:
        """How many texts for each answer; None for those that still wait for one."""
        query = select(redactions.c.answer, func.count()).where(redactions.c.erasure_id == erasure)
        rows = self._connection.execute(query.group_by(redactions.c.answer))
        return {None if answer is None else CarrierAnswer(answer): count for answer, count in rows}
