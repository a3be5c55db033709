"""The archive: what is in it, who asked to read whose words, and what an approved request shows."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.views.people import Who


class RequestShown(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    OPEN = "open"
    REFUSED = "refused"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One request."""

    request_id: str
    person_id: str
    who: Who
    reason: str = field(repr=False)
    state: RequestShown
    asked_by: str
    asked_at: int
    decided_by: str = ""
    decided_at: int | None = None
    opens_until: int | None = None
    openings: int = 0


@dataclass(frozen=True, slots=True)
class Archive:
    """How much there is, and the requests, newest first."""

    files: int
    texts: int
    oldest: int | None
    rows: tuple[ArchiveRow, ...]
    hours: int


@dataclass(frozen=True, slots=True)
class ArchivedOf:
    """One person, and how many of their texts lie in the archive."""

    person_id: str
    who: Who
    texts: int


@dataclass(frozen=True, slots=True)
class ArchivedText:
    """One text out of the archive."""

    at: int
    incoming: bool
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArchiveOpened:
    """What an approved request shows, oldest first. `leaf` is the entry in the log that says so."""

    request_id: str
    person_id: str
    who: Who
    texts: tuple[ArchivedText, ...]
    opens_until: int
    leaf: int
