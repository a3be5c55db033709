"""The first page: what needs a person, what was answered, what is quiet. Redacted words at most, no bodies."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.views.people import Who


class Need(StrEnum):
    """Why a thread waits for a person, most pressing first."""

    LIFE = "life"
    URGENT = "urgent"
    UNSENT = "unsent"
    DRAFT = "draft"
    ASKED = "asked"
    SOON = "soon"


class Ending(StrEnum):
    """How a thread that needs nobody came to rest."""

    ANSWERED = "answered"
    WORKING = "working"
    REPLIED = "replied"
    STOPPED = "stopped"
    JUNK = "junk"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thread on the list. `line` says what it is about: our sentence, or redacted words cut short; never a body."""

    person_id: str
    who: Who
    at: int
    line: str = field(repr=False)
    texts: int = 1
    need: Need | None = None
    ending: Ending | None = None
    late: bool = False
    health: bool = False


@dataclass(frozen=True, slots=True)
class Inbox:
    """`needs_me` holds all, most pressing first; the other two are the newest few, with their totals."""

    needs_me: tuple[InboxRow, ...]
    answered: tuple[InboxRow, ...]
    quiet: tuple[InboxRow, ...]
    answered_total: int
    quiet_total: int
