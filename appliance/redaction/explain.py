"""What was found in a typed text, by which layer, and why: for the owner's page and the command."""

from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from appliance.redaction.placeholders import PlaceholderMap, redact
from appliance.redaction.redactor import Finder
from appliance.redaction.values import DIRECT, Label

# What the owner reads for each layer.
LAYERS: Final = {
    "mail": "checked pattern: e-mail and handles",
    "web": "checked pattern: web addresses",
    "phone": "checked pattern: telephone numbers",
    "spoken": "checked pattern: numbers told in words",
    "dates": "checked pattern: dates",
    "street": "checked pattern: streets and doors",
    "homes": "checked pattern: complexes, corners, boxes",
    "spelling": "checked pattern: names spelled out",
    "cues": "words that announce a name",
    "numbers": "checked pattern: numbers after a word for one, check digits",
    "tagger": "learnt reading of the sentence",
    "beside": "what stands beside a find and belongs to it",
    "again": "a name met elsewhere in the text",
    "lists": "the desk's own list",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One find: the words, what they are, who found them, why."""

    words: str = field(repr=False)
    label: Label
    layer: str
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a model would be shown of this text, and every find in it."""

    shown: str
    rows: tuple[Row, ...]


def explain(text: str, *, redactor: Finder, now: int, zone: tzinfo) -> Explanation:
    """Nothing is kept. Raises RedactionError like the engine itself."""
    spans = redactor.find(text)
    shown, _ = redact(text, spans, PlaceholderMap(), labels=DIRECT | {Label.HEALTH}, now=now, zone=zone)
    rows = (
        Row(text[span.start : span.end], span.label, LAYERS.get(span.layer, span.layer), span.why) for span in spans
    )
    return Explanation(shown.text, tuple(rows))
