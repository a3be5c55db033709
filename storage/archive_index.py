"""What is known of the archive: its files with the keys that open them, and who asked to open one person's words.

The files themselves are made and read by archive_file.py. A key is handed out for two ends only: to somebody whose
request was approved and still holds, and to the check of the desk.
"""

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
    delete,
    func,
    insert,
    select,
    update,
)

from storage.database import metadata
from storage.errors import MissingError, StorageError
from storage.ids import new_id
from storage.keys.secret import SecretBytes
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals

ArchiveId = NewType("ArchiveId", str)
RequestId = NewType("RequestId", str)

archive_files = Table(
    "archive_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("sequence", Integer, nullable=False, unique=True),
    # Of this file alone. It stands here and nowhere else: a file whose row is gone is noise.
    Column("key", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("count", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
Index("archive_files_by_time", archive_files.c.last_at)

archive_requests = Table(
    "archive_requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("reason", LargeBinary, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_by", String(64), nullable=True),
    Column("decided_at", BigInteger, nullable=True),
    Column("opens_until", BigInteger, nullable=True),
    Column("openings", Integer, nullable=False, server_default="0"),
)
Index("archive_requests_by_person", archive_requests.c.person_id, archive_requests.c.asked_at)
Index("archive_requests_by_time", archive_requests.c.asked_at)


class NotApprovedError(StorageError):
    """Nothing in the archive opens without an approved request that still holds."""

    code = "archive-not-approved"


class NoRequestError(MissingError):
    """Nobody asked that."""

    code = "archive-no-request"
    exit_code = 1


class RequestState(StrEnum):
    """Where a request stands at a given time."""

    ASKED = "asked"
    OPEN = "open"
    REFUSED = "refused"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One file as the store knows it; `digest` is of its bytes, `previous` that of the file made before it."""

    id: ArchiveId
    sequence: int
    digest: str
    previous: str
    count: int
    size: int
    first_at: int
    last_at: int
    made_at: int
    key: SecretBytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """Somebody asked to read one person's archived words."""

    id: RequestId
    person: PersonId
    reason: Sealed
    asked_by: str
    asked_at: int
    decided_by: str | None
    decided_at: int | None
    opens_until: int | None
    openings: int

    def state(self, now: int) -> RequestState:
        """Where it stands."""
        if self.decided_at is None:
            return RequestState.ASKED
        if self.opens_until is None:
            return RequestState.REFUSED
        # A clock that was put back must not open a request again from before it was approved.
        return RequestState.OPEN if self.decided_at <= now < self.opens_until else RequestState.OVER


def _file(row: Row) -> ArchiveFile:  # type: ignore[type-arg]
    # By name through the mapping: a row's own `count` method hides the column of that name.
    known = row._mapping  # noqa: SLF001 - the documented way to a row's columns by name
    return ArchiveFile(
        id=ArchiveId(known["id"]),
        sequence=known["sequence"],
        digest=known["digest"],
        previous=known["previous"],
        count=known["count"],
        size=known["size"],
        first_at=known["first_at"],
        last_at=known["last_at"],
        made_at=known["made_at"],
        key=SecretBytes(bytes(known["key"])),
    )


def _request(row: Row) -> ArchiveRequest:  # type: ignore[type-arg]
    return ArchiveRequest(
        id=RequestId(row.id),
        person=PersonId(row.person_id),
        reason=Sealed("archive_requests", "reason", row.id, row.person_id, row.reason),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        opens_until=row.opens_until,
        openings=row.openings,
    )


class ArchiveIndex:
    """Files and requests of this desk's archive, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    # -- files ----------------------------------------------------------------------------------------------------

    def newest(self) -> ArchiveFile | None:
        """The file made last, which the next one names as the one before."""
        query = select(archive_files).order_by(archive_files.c.sequence.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else _file(row)

    def add(self, file: ArchiveFile) -> None:
        """It is on the disk, whole."""
        self._connection.execute(
            insert(archive_files),
            {
                "id": file.id,
                "sequence": file.sequence,
                "key": file.key.reveal(),
                "digest": file.digest,
                "previous": file.previous,
                "count": file.count,
                "size": file.size,
                "first_at": file.first_at,
                "last_at": file.last_at,
                "made_at": file.made_at,
            },
        )

    def files(self) -> list[ArchiveFile]:
        """All there are, oldest first."""
        return [_file(row) for row in self._connection.execute(select(archive_files).order_by("sequence"))]

    def totals(self) -> tuple[int, int, int | None]:
        """How many files, how many texts in them, and when the oldest text was written."""
        query = select(
            func.count(), func.coalesce(func.sum(archive_files.c.count), 0), func.min(archive_files.c.first_at)
        )
        files, texts, oldest = self._connection.execute(query).one()
        return int(files), int(texts), oldest

    def past(self, before: int) -> list[ArchiveFile]:
        """Files whose newest text is older than that, oldest first."""
        query = select(archive_files).where(archive_files.c.last_at < before).order_by(archive_files.c.sequence)
        return [_file(row) for row in self._connection.execute(query)]

    def exchange(self, file: ArchiveId, fresh: ArchiveFile) -> None:
        """Another file holds those texts now, in the same place."""
        self.forget(file)
        self.add(fresh)

    def forget(self, file: ArchiveId) -> None:
        """Its key is gone with this row, and with the key all that the file holds."""
        self._connection.execute(delete(archive_files).where(archive_files.c.id == file))

    # -- requests -------------------------------------------------------------------------------------------------

    def ask(self, person: PersonId, reason: Plaintext, *, by: str, at: int) -> ArchiveRequest:
        """Write a request down; it opens nothing yet."""
        request = new_id()
        sealed = self._seals.seal(reason, table="archive_requests", column="reason", row=request, person=person)
        values = {"id": request, "person_id": person, "reason": sealed, "asked_by": by, "asked_at": at}
        self._connection.execute(insert(archive_requests), values)
        return self.request(RequestId(request))

    def request(self, request: RequestId) -> ArchiveRequest:
        """One request. Raises MissingError."""
        row = self._connection.execute(select(archive_requests).where(archive_requests.c.id == request)).first()
        if row is None:
            raise NoRequestError("there is no such request", remedy="see: nightdesk archive list")
        return _request(row)

    def requests(self, *, limit: int = 50) -> list[ArchiveRequest]:
        """The newest first."""
        query = select(archive_requests).order_by(archive_requests.c.asked_at.desc()).limit(limit)
        return [_request(row) for row in self._connection.execute(query)]

    def open_for(self, person: PersonId, *, at: int) -> ArchiveRequest | None:
        """A request about that person that was approved and holds now, if there is one."""
        rows = self._connection.execute(select(archive_requests).where(archive_requests.c.person_id == person))
        return next((one for one in map(_request, rows) if one.state(at) is RequestState.OPEN), None)

    def decide(self, request: RequestId, *, by: str, at: int, opens_until: int | None) -> bool:
        """Approve it until then, or refuse it with None. Whether it was still waiting."""
        where = (archive_requests.c.id == request) & archive_requests.c.decided_at.is_(None)
        values = {"decided_by": by, "decided_at": at, "opens_until": opens_until}
        return self._connection.execute(update(archive_requests).where(where).values(**values)).rowcount == 1

    def shut(self, request: RequestId, *, at: int) -> None:
        """It opens nothing from now on."""
        where = (archive_requests.c.id == request) & (archive_requests.c.opens_until > at)
        self._connection.execute(update(archive_requests).where(where).values(opens_until=at))

    def opening(self, request: RequestId, *, at: int) -> ArchiveRequest:
        """Use it once. Raises NotApprovedError where it was not approved, or is over."""
        asked = self.request(request)
        if asked.state(at) is not RequestState.OPEN:
            raise _not_approved(asked.state(at))
        values = {"openings": archive_requests.c.openings + 1}
        self._connection.execute(update(archive_requests).where(archive_requests.c.id == request).values(**values))
        return asked


def _not_approved(state: RequestState) -> NotApprovedError:
    if state is RequestState.ASKED:
        return NotApprovedError(
            "nobody has said yes to this request yet: nothing was opened",
            remedy="approve it on the page 'Archive', or: nightdesk archive approve",
        )
    why = "was refused" if state is RequestState.REFUSED else "is over"
    return NotApprovedError(
        f"this request {why}: nothing was opened",
        remedy="ask again from the person's thread, or: nightdesk archive ask",
    )
