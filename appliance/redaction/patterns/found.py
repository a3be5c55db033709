"""What a finder gives back, in offsets of the folded text, and what most of them need."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from appliance.redaction.values import Label


@dataclass(frozen=True, slots=True)
class Found:
    """Folded characters `start` to `end`. What is not sure is a hint to the nets; of a cue, they may rule it out."""

    start: int
    end: int
    label: Label
    why: str
    sure: bool = True
    layer: str = ""


# Most patterns need a digit and most texts have none: one look spares the others.
DIGIT: Final = re.compile(r"\d")

Finder = Callable[[str], Iterator[Found]]
