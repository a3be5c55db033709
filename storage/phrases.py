"""Phrases: words that the desk's redaction always hides, or never does; put there by the owner."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from sqlalchemy import BigInteger, Column, Connection, Row, String, Table, delete, insert, select

from storage.database import metadata
from storage.ids import new_id

PhraseId = NewType("PhraseId", str)


class PhraseKind(StrEnum):
    """SHOWN stays in a prompt (the practice's own name); HIDDEN never does."""

    SHOWN = "shown"
    HIDDEN = "hidden"


phrases = Table(
    "phrases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("words", String(200), nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("added_at", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of a list."""

    id: PhraseId
    kind: PhraseKind
    words: str
    added_by: str
    added_at: int


def _phrase(row: Row) -> Phrase:  # type: ignore[type-arg]
    return Phrase(PhraseId(row.id), PhraseKind(row.kind), row.words, row.added_by, row.added_at)


class PhraseLists:
    """The two lists of this desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Phrase]:
        """Both lists, by their words."""
        return [_phrase(row) for row in self._connection.execute(select(phrases).order_by(phrases.c.words))]

    def add(self, kind: PhraseKind, words: str, *, by: str, at: int) -> PhraseId:
        """Put words on a list. Those that are on it already are left as they are."""
        where = (phrases.c.kind == kind) & (phrases.c.words == words)
        known = self._connection.execute(select(phrases.c.id).where(where)).scalar()
        if known is not None:
            return PhraseId(known)
        phrase = PhraseId(new_id())
        row = {"id": phrase, "kind": kind, "words": words, "added_by": by, "added_at": at}
        self._connection.execute(insert(phrases).values(**row))
        return phrase

    def remove(self, phrase: PhraseId) -> bool:
        """Take words off their list. Whether they were on it."""
        return self._connection.execute(delete(phrases).where(phrases.c.id == phrase)).rowcount == 1
