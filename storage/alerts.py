"""Alerts: what staff must be told, and security events. Codes and counts; never words, names or numbers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Row, String, Table, func, insert, select, update

from storage.at_most import at_most
from storage.database import metadata
from storage.ids import new_id

AlertId = NewType("AlertId", str)


class AlertKind(StrEnum):
    """STAFF: somebody should look at the desk. SECURITY: somebody tried to get round a check."""

    STAFF = "staff"
    SECURITY = "security"


alerts = Table(
    "alerts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("code", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=True),
)
Index("alerts_by_time", alerts.c.last_at)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; the same code about the same subject, not seen yet, is counted up and not repeated."""

    id: AlertId
    kind: AlertKind
    code: str
    subject: str
    count: int
    first_at: int
    last_at: int
    seen_at: int | None


def _alert(row: Row) -> Alert:  # type: ignore[type-arg]
    # By position: a row's own `count` method hides the column of that name.
    return Alert(AlertId(row[0]), AlertKind(row[1]), *row[2:])


class Alerts:
    """The alerts of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_(self, kind: AlertKind, code: str, *, subject: str = "", at: int, times: int = 1) -> bool:
        """Tell it. Whether it is a new one (and not one more of an unseen one)."""
        same = (alerts.c.kind == kind) & (alerts.c.code == code) & (alerts.c.subject == subject)
        where = same & alerts.c.seen_at.is_(None)
        more = {"count": alerts.c.count + times, "last_at": at}
        if self._connection.execute(update(alerts).where(where).values(**more)).rowcount:
            return False
        self._connection.execute(
            insert(alerts).values(
                id=new_id(), kind=kind, code=code, subject=subject, count=times, first_at=at, last_at=at
            )
        )
        return True

    def unseen(self, *, limit: int = 100) -> list[Alert]:
        """What nobody has seen yet, newest first."""
        query = select(alerts).where(alerts.c.seen_at.is_(None)).order_by(alerts.c.last_at.desc()).limit(at_most(limit))
        return [_alert(row) for row in self._connection.execute(query)]

    def seen(self, alert: AlertId, *, at: int) -> None:
        """A person has seen it."""
        self._connection.execute(update(alerts).where(alerts.c.id == alert).values(seen_at=at))

    def seen_about(self, subject: str, *, at: int) -> None:
        """A person saw to what these were about."""
        where = (alerts.c.subject == subject) & alerts.c.seen_at.is_(None)
        self._connection.execute(update(alerts).where(where).values(seen_at=at))

    def seen_code(self, code: str, *, at: int, subject: str | None = None) -> None:
        """What was told under that code, of that subject or of any, is over."""
        where = (alerts.c.code == code) & alerts.c.seen_at.is_(None)
        if subject is not None:
            where &= alerts.c.subject == subject
        self._connection.execute(update(alerts).where(where).values(seen_at=at))

    def see_all(self, *, at: int) -> int:
        """A person has seen all there is. How many that were."""
        return self._connection.execute(update(alerts).where(alerts.c.seen_at.is_(None)).values(seen_at=at)).rowcount

    def count(self, code: str) -> int:
        """How often that was told, for ever."""
        query = select(func.coalesce(func.sum(alerts.c.count), 0)).where(alerts.c.code == code)
        return int(self._connection.execute(query).scalar_one())
