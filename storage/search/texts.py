"""Texts for the index: those that are owed to it, and all that are stored, the newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, and_, delete, func, not_, select, true

from storage.at_most import at_most
from storage.messages import messages
from storage.replies import replies
from storage.seals import Sealed
from storage.search.owed import MESSAGES, REPLIES, unindexed

Cursor = tuple[int, str]
"""Time and id of the oldest text that is done."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message or a reply, shut. Of one without words there is nothing to find."""

    source: str
    id: str
    person: str
    at: int
    body: Sealed


@dataclass(frozen=True, slots=True)
class _Kind:
    table: Table
    at: Column[int]
    ready: Any

    def query(self) -> Select[Any]:
        columns = self.table.c
        return select(columns.id, columns.person_id, self.at.label("at"), columns.body)

    def here(self) -> Any:  # noqa: ANN401 - an expression of one table
        # By the column that says so, and not by the body: there is an index over it and the time.
        return and_(self.table.c.body_removed_at.is_(None), self.ready)


_KINDS = {
    # Until the redactor came back there is no body that may be shown, so none that may be found.
    MESSAGES: _Kind(messages, messages.c.received_at, messages.c.redacted.is_(True)),
    REPLIES: _Kind(replies, replies.c.created_at, true()),
}


class Unindexed:
    """What the index does not have yet, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owed(self, *, limit: int) -> tuple[list[Text], list[str]]:
        """Some of what is owed: the texts that have words, and the marks of all that are done with them."""
        rows = self._connection.execute(select(unindexed).limit(at_most(limit))).all()
        found: list[Text] = []
        for source, kind in _KINDS.items():
            ids = [row.id for row in rows if row.source == source]
            if ids:
                asked = kind.query().where(kind.table.c.id.in_(ids), kind.here())
                found += [_text(source, row) for row in self._connection.execute(asked)]
        return sorted(found, key=_place), [row.mark for row in rows]

    def waits(self) -> bool:
        """Whether anything is owed."""
        return self._connection.execute(select(unindexed.c.id).limit(at_most(1))).first() is not None

    def done(self, marks: Iterable[str]) -> None:
        """These are in the index now, or have no place in it."""
        self._connection.execute(delete(unindexed).where(unindexed.c.mark.in_(list(marks))))

    def nothing_owed(self) -> None:
        """Whatever is stored comes into the index as what was there before."""
        self._connection.execute(delete(unindexed))

    def older(self, cursor: Cursor | None, *, limit: int) -> Sequence[Text]:
        """The newest texts that are older than the cursor, the oldest of them first."""
        found = chain.from_iterable(self._older(source, cursor, limit) for source in _KINDS)
        return sorted(found, key=_place)[-limit:]

    def count(self) -> int:
        """How many there are to be found, once all are in."""
        return sum(
            int(self._connection.execute(select(func.count()).select_from(kind.table).where(kind.here())).scalar_one())
            for kind in _KINDS.values()
        )

    def _older(self, source: str, cursor: Cursor | None, limit: int) -> list[Text]:
        kind = _KINDS[source]
        columns = kind.table.c
        query = kind.query().where(kind.here())
        if cursor is not None:
            at, row = cursor
            # Two conditions, of which the first alone can go by the index.
            query = query.where(kind.at <= at, not_(and_(kind.at == at, columns.id >= row)))
        query = query.order_by(kind.at.desc(), columns.id.desc()).limit(at_most(limit))
        return [_text(source, row) for row in self._connection.execute(query)]


def _text(source: str, row: Row[Any]) -> Text:
    return Text(source, row.id, row.person_id, row.at, Sealed(source, "body", row.id, row.person_id, row.body))


def _place(text: Text) -> Cursor:
    return text.at, text.id
