"""Permissions: who allowed which data to go to which place, for what, and when it was withdrawn."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Integer, Row, String, Table, insert, select, update

from storage.database import metadata
from storage.ids import new_id

permissions = Table(
    "permissions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("scheme", String(16), nullable=False),
    Column("host", String(255), nullable=False),
    Column("port", Integer, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("data", String(32), nullable=False),
    Column("granted_by", String(64), nullable=False),
    Column("granted_at", BigInteger, nullable=False),
    Column("revoked_by", String(64), nullable=True),
    Column("revoked_at", BigInteger, nullable=True),
)


@dataclass(frozen=True, slots=True)
class PermissionRecord:
    """One grant, standing or withdrawn."""

    id: str
    scheme: str
    host: str
    port: int
    purpose: str
    data: str
    granted_by: str
    granted_at: int
    revoked_at: int | None = None


def _record(row: Row) -> PermissionRecord:  # type: ignore[type-arg]
    return PermissionRecord(
        id=row.id,
        scheme=row.scheme,
        host=row.host,
        port=row.port,
        purpose=row.purpose,
        data=row.data,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        revoked_at=row.revoked_at,
    )


class Permissions:
    """The permissions of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self, purpose: str | None = None) -> list[PermissionRecord]:
        """Granted and not withdrawn, oldest first."""
        query = select(permissions).where(permissions.c.revoked_at.is_(None)).order_by(permissions.c.granted_at)
        if purpose is not None:
            query = query.where(permissions.c.purpose == purpose)
        return [_record(row) for row in self._connection.execute(query)]

    def grant(self, *, scheme: str, host: str, port: int, purpose: str, data: str, by: str, at: int) -> str:
        """Write the grant down; its id."""
        permission = new_id()
        self._connection.execute(
            insert(permissions),
            {
                "id": permission,
                "scheme": scheme,
                "host": host,
                "port": port,
                "purpose": purpose,
                "data": data,
                "granted_by": by,
                "granted_at": at,
            },
        )
        return permission

    def revoke(self, permission: str, *, by: str, at: int) -> bool:
        """Withdraw it. Whether it still stood."""
        where = (permissions.c.id == permission) & permissions.c.revoked_at.is_(None)
        changed = self._connection.execute(update(permissions).where(where).values(revoked_by=by, revoked_at=at))
        return changed.rowcount == 1
