r"""Inline markup for hand-written texts, so that a person can write and re-read gold spans by eye.

``my tooth broke - [NAME:dana]`` stands for the text ``my tooth broke - dana`` with one NAME span. ``\\n`` is a line
break. Square brackets have no other meaning here, so a text that needs one cannot be written in this markup.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LABELS = frozenset({"NAME", "PHONE", "EMAIL", "ADDRESS", "DATE", "ID", "URL", "HEALTH", "OPT"})
_MARK = re.compile(r"\[([A-Z]+):([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """What an annotator found, in character offsets. OPT: covering it or leaving it is equally right."""

    start: int
    end: int
    label: str


def parse(marked: str) -> tuple[str, tuple[GoldSpan, ...]]:
    """Give the plain text and its spans. Raises ValueError on an unknown label, a stray bracket or a ragged edge."""
    source = marked.replace("\\n", "\n")
    text, spans, done = "", [], 0
    for mark in _MARK.finditer(source):
        label, inside = mark.groups()
        if label not in LABELS or inside != inside.strip():
            raise ValueError(mark.group())
        text += source[done : mark.start()]
        spans.append(GoldSpan(len(text), len(text) + len(inside), label))
        text += inside
        done = mark.end()
    text += source[done:]
    if "[" in text or "]" in text:
        raise ValueError(marked)
    return text, tuple(spans)


def render(text: str, spans: Sequence[GoldSpan]) -> str:
    """The inverse of `parse`: the text with its spans written into it, for a second reading."""
    out, done = "", 0
    for span in sorted(spans, key=lambda each: each.start):
        out += f"{text[done : span.start]}[{span.label}:{text[span.start : span.end]}]"
        done = span.end
    return (out + text[done:]).replace("\n", "\\n")
