"""One person's conversation as staff see it. Making one is an act of reading: the desk writes the leaf first."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.views.inbox import Need
from appliance.views.people import Who


class StepKind(StrEnum):
    """What happened to one text, in the order it usually happens."""

    SEALED = "sealed"
    REDACTED = "redacted"
    PROMPTED = "prompted"
    ANSWERED = "answered"
    HELD = "held"
    ESCALATED = "escalated"
    STOPPED = "stopped"
    IGNORED = "ignored"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of "what happened". `sentence` adds to the kind's own words ("3 details hidden"), or is empty."""

    kind: StepKind
    at: int
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """The redacted words that were, or would have been, shown to the model. `crossing_id` only if they really left."""

    destination: str
    text: str = field(repr=False)
    crossing_id: str | None = None

    @property
    def left(self) -> bool:
        """Whether it went out of the building."""
        return self.crossing_id is not None


@dataclass(frozen=True, slots=True)
class MessageShown:
    """A text that came in: the stored body, health details as tags. With `removed_at` its words are gone, as the
    keeping time says; `archived` where they lie in the archive."""

    message_id: str
    at: int
    body: str = field(repr=False)
    health: bool = False
    need: Need | None = None
    late: bool = False
    removed_at: int | None = None
    archived: bool = False
    steps: tuple[Step, ...] = ()
    outside: Outside | None = None


class Delivery(StrEnum):
    """How far a reply got."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class ReplyShown:
    """A text that went out. `answer` is the title of the approved answer it came from; `approved_by` the person who
    sent it or approved that answer; `proposed` the draft before that person changed it (None: sent as it was)."""

    reply_id: str
    at: int
    body: str = field(repr=False)
    delivery: Delivery = Delivery.QUEUED
    delivery_sentence: str = ""
    unattended: bool = False
    answer: str = ""
    answer_id: str | None = None
    approved_by: str = ""
    approved_at: int | None = None
    removed_at: int | None = None
    archived: bool = False
    proposed: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A reply that waits for a person. `version` must come back with the decision, so that nobody sends what they did
    not see. `why` is a sentence: why it was not sent by itself. `warnings` are the guard's."""

    draft_id: str
    version: int
    at: int
    body: str = field(repr=False)
    made_by: str = ""
    why: str = ""
    warnings: tuple[str, ...] = ()
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """The newest `items`, oldest first; `earlier` counts the rest. `no_reply_because` is empty when staff may write."""

    person_id: str
    who: Who
    number: str = field(repr=False)
    items: tuple[MessageShown | ReplyShown, ...] = ()
    drafts: tuple[DraftShown, ...] = ()
    need: Need | None = None
    done: bool = False
    no_reply_because: str = ""
    earlier: int = 0
    later: bool = False
    """What is shown ends with an older text that was asked for; newer ones follow."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """The original of a health-tagged text, shown once, after its leaf was written."""

    message_id: str
    person_id: str
    who: Who
    at: int
    original: str = field(repr=False)
    reason: str = field(repr=False)
    leaf: int = 0
