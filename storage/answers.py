"""Answers: texts that the owner wrote or approved, with typed slots that code fills in."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from storage.database import metadata
from storage.errors import MissingError, StorageError
from storage.ids import new_id

AnswerId = NewType("AnswerId", str)

# Braces around small letters and underscores. Anything else in braces is plain text and is never filled.
SLOT_PATTERN = re.compile(r"\{([a-z_]+)\}")


class Topic(StrEnum):
    """What an answer is for. The first five are chosen by code, never by a model."""

    HOLDING = "holding"
    EMERGENCY = "emergency"
    URGENT = "urgent"
    HELP = "help"
    OPTED_IN = "opted-in"
    HOURS = "hours"
    LOCATION = "location"
    BOOKING = "booking"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    PRICE = "price"
    COMPLAINT = "complaint"
    LATE = "late"
    INSURANCE = "insurance"
    REFILL = "refill"
    SERVICES = "services"
    THANKS = "thanks"
    OTHER = "other"


class SlotName(StrEnum):
    """The closed list of what an answer may leave open. Each is filled by code from settings and the clock."""

    DESK_NAME = "desk_name"
    HOURS_TODAY = "hours_today"
    HOURS_WEEK = "hours_week"
    NEXT_OPEN = "next_open"
    DESK_PHONE = "desk_phone"
    EMERGENCY_LINE = "emergency_line"
    BOOKING_LINK = "booking_link"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in its languages. Only an approved one may be sent; only an unattended one without a person."""

    id: AnswerId
    title: str
    intent: Topic
    texts: tuple[tuple[str, str], ...]
    unattended: bool = False
    approved_by: str | None = None
    approved_at: int | None = None
    version: int = 1

    @property
    def approved(self) -> bool:
        """Whether the owner has said yes to this version."""
        return self.approved_by is not None and self.approved_at is not None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the answer is written in, in the owner's order."""
        return tuple(language for language, _ in self.texts)

    @property
    def slots(self) -> tuple[SlotName, ...]:
        """The slots that any of its texts leave open, each once. Unknown names raise ValueError."""
        named = (name for _, text in self.texts for name in SLOT_PATTERN.findall(text))
        return tuple(SlotName(name) for name in dict.fromkeys(named))

    def text_in(self, language: str) -> str | None:
        """The text in that language, or None."""
        return dict(self.texts).get(language)


answers = Table(
    "answers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("texts", Text, nullable=False),
    Column("unattended", Boolean, nullable=False),
    Column("approved_by", String(64), nullable=True),
    Column("approved_at", BigInteger, nullable=True),
    Column("version", Integer, nullable=False),
    Column("retired_at", BigInteger, nullable=True),
    Column("changed_at", BigInteger, nullable=False),
)


class AnswerChangedError(StorageError):
    """Somebody edited the answer meanwhile."""

    code = "answer-changed"


def _answer(row: Row) -> Answer:  # type: ignore[type-arg]
    return Answer(
        id=AnswerId(row.id),
        title=row.title,
        intent=Topic(row.topic),
        texts=tuple((language, text) for language, text in json.loads(row.texts)),
        unattended=row.unattended,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        version=row.version,
    )


class Answers:
    """The answers of this desk, in one transaction. An edited answer is a new version that waits for approval."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, *, retired: bool = False) -> list[Answer]:
        """Those in use, or those that were retired; by title."""
        where = answers.c.retired_at.is_not(None) if retired else answers.c.retired_at.is_(None)
        return [
            _answer(row) for row in self._connection.execute(select(answers).where(where).order_by(answers.c.title))
        ]

    def get(self, answer: AnswerId) -> Answer:
        """The answer, retired or not. Raises MissingError."""
        row = self._connection.execute(select(answers).where(answers.c.id == answer)).first()
        if row is None:
            raise MissingError(f"there is no answer {answer}")
        return _answer(row)

    def is_retired(self, answer: AnswerId) -> bool:
        """Whether it was taken out of use."""
        query = select(answers.c.retired_at).where(answers.c.id == answer)
        return self._connection.execute(query).scalar() is not None

    def add(self, new: Answer, *, at: int) -> Answer:
        """Keep a new one. An empty id gets a fresh one."""
        answer = AnswerId(new.id or new_id())
        self._connection.execute(
            insert(answers),
            {
                "id": answer,
                "title": new.title,
                "topic": new.intent,
                "texts": _texts(new.texts),
                "unattended": new.unattended,
                "approved_by": new.approved_by,
                "approved_at": new.approved_at,
                "version": new.version,
                "changed_at": at,
            },
        )
        return self.get(answer)

    def change(self, changed: Answer, *, at: int) -> Answer:
        """A new version, made from `changed.version`; it waits for approval. Raises AnswerChangedError."""
        values = {
            "title": changed.title,
            "topic": changed.intent,
            "texts": _texts(changed.texts),
            "unattended": changed.unattended,
            "approved_by": None,
            "approved_at": None,
            "version": changed.version + 1,
            "retired_at": None,
            "changed_at": at,
        }
        self._update(changed.id, changed.version, values)
        return self.get(changed.id)

    def approve(self, answer: AnswerId, version: int, *, by: str, at: int) -> None:
        """The owner says yes to that version. Raises AnswerChangedError."""
        self._update(answer, version, {"approved_by": by, "approved_at": at})

    def retire(self, answer: AnswerId, *, at: int) -> None:
        """Take it out of use."""
        self._connection.execute(update(answers).where(answers.c.id == answer).values(retired_at=at))

    def _update(self, answer: AnswerId, version: int, values: dict[str, object]) -> None:
        where = (answers.c.id == answer) & (answers.c.version == version)
        if self._connection.execute(update(answers).where(where).values(**values)).rowcount != 1:
            raise AnswerChangedError("this answer was changed meanwhile", remedy="reload it and look again")


def _texts(texts: tuple[tuple[str, str], ...]) -> str:
    # In ASCII: a lone surrogate could not be stored otherwise.
    return json.dumps([list(pair) for pair in texts])
