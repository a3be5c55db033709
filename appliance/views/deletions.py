"""Deleting people, as staff see it: what was asked for, until when it can be undone, what is still to be done."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.views.people import Who


class Deleted(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    ERASING = "erasing"
    ERASED = "erased"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class DeletionRow:
    """One request. `who` only while it can be undone; `owed` are sentences about what is still to be done."""

    erasure_id: str
    person_id: str
    state: Deleted
    asked_at: int
    asked_by: str
    due_at: int
    done_at: int | None = None
    texts: int = 0
    who: Who | None = None
    owed: tuple[str, ...] = ()
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of a list of numbers, as it was typed, and what it means."""

    line: int
    number: str = field(repr=False)
    found: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class ListShown:
    """A list that was looked up, and nothing done."""

    text: str = field(repr=False)
    rows: tuple[ListRow, ...] = ()
    people: int = 0


@dataclass(frozen=True, slots=True)
class Deletions:
    """The page."""

    waiting: tuple[DeletionRow, ...] = ()
    past: tuple[DeletionRow, ...] = ()
    listed: ListShown | None = None


@dataclass(frozen=True, slots=True)
class ToDelete:
    """One person who is about to be deleted."""

    person_id: str
    who: Who
    number: str = field(repr=False)
    texts: int = 0
    stopped: bool = False
