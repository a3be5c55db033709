"""What is past its keeping time: how much, and taking it away in batches. Which time that is, the caller decides.

Words go and what is known about them stays: time, channel, state. So a removed body leaves its row, with the time of
the removal. Rows that are nothing but a passing record (runs, alerts) go whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, func, or_, select, true, update

from storage.alerts import alerts
from storage.at_most import at_most
from storage.drafts import drafts
from storage.ledger import ledger
from storage.messages import MessageState, messages
from storage.people import people
from storage.placeholders import placeholders
from storage.replies import ReplyState, replies
from storage.runs import runs
from storage.seals import Sealed


class Kept(StrEnum):
    """What has a keeping time of its own."""

    MESSAGES = "messages"
    REPLIES = "replies"
    DRAFTS = "drafts"
    PROMPTS = "prompts"
    DEPARTURES = "departures"
    PREVIEWS = "previews"
    PLACEHOLDERS = "placeholders"
    RUNS = "runs"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A class: by which time it ages, which columns hold its words, what they become, what is not touched yet."""

    table: Table
    at: str
    words: tuple[str, ...] = ()
    cleared: Mapping[str, object] = field(default_factory=dict)
    id: str = "id"
    person: str | None = "person_id"
    ready: ColumnElement[bool] = field(default_factory=true)

    def here(self) -> ColumnElement[bool]:
        """Rows that still have words, or that still are, where the row goes whole."""
        # Of an erased person empty words are left: nothing of theirs is kept, and nothing is to be removed.
        held = [self.table.c[name] != b"" for name in self.words]
        return and_(self.ready, or_(*held)) if held else self.ready


# A message that no run has handled yet, and a reply whose fate is open, are still needed: their words go at the first
# run after that is settled.
_UNSETTLED = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN)
_NOT_REMOVED = {one: one.c.body_removed_at.is_(None) for one in (messages, replies, drafts)}

_RULES: Mapping[Kept, _Rule] = {
    Kept.MESSAGES: _Rule(
        messages,
        "received_at",
        ("body", "original"),
        # The digest would let whoever has the desk's key confirm a guess of the words.
        {"body": None, "original": None, "body_digest": ""},
        ready=_NOT_REMOVED[messages] & (messages.c.state != MessageState.NEW),
    ),
    Kept.REPLIES: _Rule(
        replies,
        "created_at",
        ("body",),
        {"body": None, "body_digest": ""},
        ready=_NOT_REMOVED[replies] & replies.c.state.not_in(_UNSETTLED),
    ),
    Kept.DRAFTS: _Rule(drafts, "created_at", ("body",), {"body": None}, ready=_NOT_REMOVED[drafts]),
    Kept.PROMPTS: _Rule(runs, "started_at", ("prompt",), {"prompt": None}),
    Kept.DEPARTURES: _Rule(ledger, "at", ("body",), {"body": None}),
    Kept.PREVIEWS: _Rule(people, "last_at", ("preview",), {"preview": None}, person="id"),
    Kept.PLACEHOLDERS: _Rule(placeholders, "changed_at", id="person_id"),
    Kept.RUNS: _Rule(runs, "started_at"),
    Kept.ALERTS: _Rule(alerts, "last_at", person=None),
}
_REMEMBERS = frozenset({Kept.MESSAGES, Kept.REPLIES, Kept.DRAFTS, Kept.PROMPTS, Kept.DEPARTURES})


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of a class is past a time, and how old its oldest is."""

    past: int
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that is past its time, with the words it still has, shut."""

    id: str
    person: str
    at: int
    words: tuple[Sealed, ...] = ()


class Retention:
    """What is past its time, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, kept: Kept, *, before: int) -> Waiting:
        """What a run at this moment would find, and changes nothing."""
        rule = _RULES[kept]
        at: Column[int] = rule.table.c[rule.at]
        past = self._connection.execute(select(func.count()).select_from(rule.table).where(rule.here(), at < before))
        # By the index to the first that has words, instead of a minimum over all that have.
        oldest = self._connection.execute(select(at).where(rule.here()).order_by(at).limit(at_most(1))).scalar()
        return Waiting(int(past.scalar_one()), oldest)

    def past(self, kept: Kept, *, before: int, limit: int) -> list[Past]:
        """The oldest of what is past that time."""
        rule = _RULES[kept]
        columns = rule.table.c
        query = select(rule.table).where(rule.here(), columns[rule.at] < before)
        rows = self._connection.execute(query.order_by(columns[rule.at]).limit(at_most(limit))).mappings().all()
        return [_past(rule, row) for row in rows]

    def remove(self, kept: Kept, found: Sequence[Past], *, at: int, archive: str | None = None) -> int:
        """Take their words away, or the rows whole; how many. Each is looked at again: one that is in use stays."""
        rule = _RULES[kept]
        where = rule.here() & rule.table.c[rule.id].in_([one.id for one in found])
        if not rule.words:
            return self._connection.execute(delete(rule.table).where(where)).rowcount
        values = dict(rule.cleared)
        if kept in _REMEMBERS:
            values["body_removed_at"] = at
        if archive is not None:
            values["archive_id"] = archive
        return self._connection.execute(update(rule.table).where(where).values(**values)).rowcount

    def forget_placeholders(self, people_of: Sequence[str]) -> int:
        """What hid somebody's words is made again from those that stay."""
        gone = delete(placeholders).where(placeholders.c.person_id.in_(people_of))
        return self._connection.execute(gone).rowcount

    def exchange_archive(self, archive: str, fresh: str) -> None:
        """What was in the one file is in the other now."""
        for table in (messages, replies):
            self._connection.execute(update(table).where(table.c.archive_id == archive).values(archive_id=fresh))

    def forget_archive(self, archive: str) -> None:
        """Rows whose words lay in a file that is gone no longer point at it."""
        for table in (messages, replies):
            self._connection.execute(update(table).where(table.c.archive_id == archive).values(archive_id=None))


def _past(rule: _Rule, row: Mapping[Any, Any]) -> Past:
    key, person = row[rule.id], "" if rule.person is None else row[rule.person] or ""
    words = tuple(
        Sealed(rule.table.name, name, key, person, bytes(row[name])) for name in rule.words if row[name] is not None
    )
    return Past(key, person, row[rule.at], words)
