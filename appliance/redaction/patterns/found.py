"""What a finder gives back, in offsets of the folded text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.redaction.values import Label


@dataclass(frozen=True, slots=True)
class Found:
    """Folded characters `start` to `end`; a find that is not sure is only a hint."""

    start: int
    end: int
    label: Label
    why: str
    sure: bool = True
    layer: str = ""


Finder = Callable[[str], Iterator[Found]]
