"""What redaction speaks in: labels, spans, and the rank by which labels win."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Label(StrEnum):
    """What a span tells about a person."""

    NAME = "NAME"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    DATE = "DATE"
    ID = "ID"
    URL = "URL"
    HEALTH = "HEALTH"


# Health words tell nothing about who someone is; all other labels point at a person.
DIRECT: Final = frozenset(Label) - {Label.HEALTH}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the text as it was given; `layer` and `why` are the trace for the owner."""

    start: int
    end: int
    label: Label
    layer: str = ""
    why: str = ""

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def length(self) -> int:
        return self.end - self.start
