"""The tag that stands in a stored body where a person's health was told (claim A20)."""

from collections.abc import Iterable
from typing import Final

from appliance.redaction.values import Label, Span

HEALTH_TAG: Final = "[PHI redacted]"


def tag_health(text: str, spans: Iterable[Span]) -> str:
    """The text with each HEALTH span replaced by the tag; all other spans stay as they were written."""
    out, done = [], 0
    for span in sorted((each for each in spans if each.label is Label.HEALTH), key=lambda each: each.start):
        if span.start < done:
            continue
        out += [text[done : span.start], HEALTH_TAG]
        done = span.end
    return "".join([*out, text[done:]])
