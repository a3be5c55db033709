"""Sign-in links and sessions: 256 random bits each, kept only as SHA-256."""

import hashlib
import secrets as system_random
from dataclasses import dataclass
from typing import NewType

from sqlalchemy import BigInteger, Column, Connection, Row, String, Table, delete, func, insert, select, update

from storage.database import metadata
from storage.errors import StorageError

SessionId = NewType("SessionId", str)

LINK_LIFE_MS = 10 * 60 * 1000
TRAY_LINK_LIFE_MS = 60 * 1000
IDLE_LIFE_MS = 30 * 60 * 1000
SESSION_LIFE_MS = 12 * 60 * 60 * 1000
MOST_SESSIONS = 5
_TOKEN_BYTES = 32

links = Table(
    "links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("member", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("member", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)


class LinkSpentError(StorageError):
    """The link was used, is too old, or never was one."""

    code = "link-spent"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    id: SessionId
    member: str
    made_at: int
    seen_at: int


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _session(row: Row) -> Session:  # type: ignore[type-arg]
    return Session(SessionId(row.digest), row.member, row.made_at, row.seen_at)


class Sessions:
    """The links and sessions of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def new_link(self, member: str, *, at: int, lives_ms: int = LINK_LIFE_MS) -> str:
        """A fresh token that signs `member` in once, within its life. Only its digest is kept."""
        token = system_random.token_urlsafe(_TOKEN_BYTES)
        self._connection.execute(delete(links).where(links.c.expires_at <= at))
        self._connection.execute(
            insert(links).values(digest=digest_of(token), member=member, made_at=at, expires_at=at + lives_ms)
        )
        return token

    def sign_in(self, token: str, *, at: int) -> tuple[str, Session]:
        """Spend the link. The cookie's value and the session. Raises LinkSpentError."""
        where = links.c.digest == digest_of(token)
        row = self._connection.execute(select(links).where(where)).first()
        # A clock set back must not make an old link young again.
        if row is None or not row.made_at <= at < row.expires_at:
            raise LinkSpentError("this sign-in link is spent or too old", remedy="run `nightdesk link` for a new one")
        self._connection.execute(delete(links).where(where))
        self._make_room(row.member)
        cookie = system_random.token_urlsafe(_TOKEN_BYTES)
        values = {"digest": digest_of(cookie), "member": row.member, "made_at": at, "seen_at": at}
        self._connection.execute(insert(sessions).values(**values))
        return cookie, Session(SessionId(values["digest"]), row.member, at, at)

    def alive(self, cookie: str, *, at: int) -> Session | None:
        """The session of that cookie, if it still lives."""
        row = self._connection.execute(select(sessions).where(sessions.c.digest == digest_of(cookie))).first()
        if row is None or not _lives(_session(row), at):
            return None
        return _session(row)

    def seen(self, session: SessionId, *, at: int) -> None:
        """They did something; the idle time begins again."""
        self._connection.execute(update(sessions).where(sessions.c.digest == session).values(seen_at=at))

    def busy(self, *, at: int) -> bool:
        """Whether somebody did something here lately."""
        lately = select(func.count()).select_from(sessions).where(sessions.c.seen_at > at - IDLE_LIFE_MS)
        return bool(self._connection.execute(lately).scalar_one())

    def end(self, session: SessionId) -> None:
        """Signed out."""
        self._connection.execute(delete(sessions).where(sessions.c.digest == session))

    def end_all(self) -> int:
        """Everybody is signed out and every link is dead. How many sessions that were."""
        self._connection.execute(delete(links))
        return self._connection.execute(delete(sessions)).rowcount

    def _make_room(self, member: str) -> None:
        mine = select(func.count()).select_from(sessions).where(sessions.c.member == member)
        while self._connection.execute(mine).scalar_one() >= MOST_SESSIONS:
            oldest = select(sessions.c.digest).where(sessions.c.member == member).order_by(sessions.c.made_at).limit(1)
            self.end(SessionId(self._connection.execute(oldest).scalar_one()))


def _lives(session: Session, at: int) -> bool:
    idle = at - session.seen_at
    age = at - session.made_at
    return 0 <= age < SESSION_LIFE_MS and idle < IDLE_LIFE_MS
