"""What is known of the copies at each place, and of each drill: names of sets, times, counts, codes."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Index, Row, String, Table, delete, insert, select

from storage.database import metadata
from storage.ids import new_id

backups = Table(
    "backups",
    metadata,
    Column("place", String(64), primary_key=True),
    Column("set_name", String(64), nullable=False),
    Column("set_at", BigInteger, nullable=False),
    Column("base_at", BigInteger, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    Column("whole_at", BigInteger, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("spool", BigInteger, nullable=False),
    Column("persons_name", String(64), nullable=False),
    Column("persons_at", BigInteger, nullable=False),
    Column("persons_digest", String(64), nullable=False),
    Column("persons_kek", String(32), nullable=False),
    Column("failing", String(64), nullable=False),
    Column("failing_since", BigInteger, nullable=False),
)

drills = Table(
    "drills",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("place", String(64), nullable=False),
    Column("code", String(64), nullable=False),
    Column("lost_ms", BigInteger, nullable=False),
    Column("took_ms", BigInteger, nullable=False),
    Column("messages", BigInteger, nullable=False),
)
Index("drills_by_time", drills.c.at)


@dataclass(frozen=True, slots=True)
class PlaceState:
    """What one place has. `place` is a digest of its name; times are 0 for never; `failing` is a code or empty.

    `checked_at` is when the newest set was read back, `whole_at` when a set was last rebuilt whole and checked there;
    `spool` the last letter that is in it.
    """

    place: str
    set_name: str = ""
    set_at: int = 0
    base_at: int = 0
    checked_at: int = 0
    whole_at: int = 0
    pages: int = 0
    sent: int = 0
    spool: int = 0
    persons_name: str = ""
    persons_at: int = 0
    persons_digest: str = ""
    persons_kek: str = ""
    failing: str = ""
    failing_since: int = 0


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill. `code` is empty where all went well; `lost_ms` of work would have been lost, `took_ms` it took."""

    at: int
    place: str
    code: str
    lost_ms: int
    took_ms: int
    messages: int


class Backups:
    """Places and drills of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, place: str) -> PlaceState:
        """What is known of that place; nothing where it is new."""
        row = self._connection.execute(select(backups).where(backups.c.place == place)).first()
        return PlaceState(place) if row is None else _state(row)

    def all(self) -> tuple[PlaceState, ...]:
        """Every place that was ever used."""
        return tuple(_state(row) for row in self._connection.execute(select(backups).order_by(backups.c.place)))

    def keep(self, state: PlaceState) -> None:
        """In the place of what was known."""
        self._connection.execute(delete(backups).where(backups.c.place == state.place))
        values = {name: getattr(state, name) for name in PlaceState.__slots__}
        self._connection.execute(insert(backups).values(**values))

    def drilled(self, drill: Drill) -> None:
        """Put a drill on record."""
        values = {name: getattr(drill, name) for name in Drill.__slots__}
        self._connection.execute(insert(drills).values(id=new_id(), **values))

    def drills(self, *, limit: int = 12) -> tuple[Drill, ...]:
        """The drills, newest first."""
        query = select(drills).order_by(drills.c.at.desc()).limit(limit)
        return tuple(Drill(*row[1:]) for row in self._connection.execute(query))


def _state(row: Row) -> PlaceState:  # type: ignore[type-arg]
    return PlaceState(*row)
