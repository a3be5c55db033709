"""Answers: texts that the owner wrote or approved, with typed slots that code fills in."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

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
