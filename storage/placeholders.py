"""Placeholder maps: which token stands for what in one person's thread. Sealed with the person's key."""

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, String, Table, delete, insert, select

from storage.database import metadata
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals

placeholders = Table(
    "placeholders",
    metadata,
    Column("person_id", String(32), primary_key=True),
    Column("map", LargeBinary, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)


class Placeholders:
    """The maps of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def of(self, person: PersonId) -> Sealed | None:
        """The shut map of that thread, or None."""
        row = self._connection.execute(select(placeholders).where(placeholders.c.person_id == person)).first()
        return None if row is None else Sealed("placeholders", "map", person, person, row.map)

    def put(self, person: PersonId, content: Plaintext, *, at: int) -> None:
        """Replace the map of that thread."""
        sealed = self._seals.seal(content, table="placeholders", column="map", row=person, person=person)
        self._connection.execute(delete(placeholders).where(placeholders.c.person_id == person))
        self._connection.execute(insert(placeholders).values(person_id=person, map=sealed, changed_at=at))

    def forget(self, person: PersonId) -> None:
        """Take the map of an erased person away."""
        self._connection.execute(delete(placeholders).where(placeholders.c.person_id == person))
