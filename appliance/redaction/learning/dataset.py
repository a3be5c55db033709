"""Texts with spans into rows of features and tags, exactly as the engine sees them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.redaction.features import Reader, Word
from appliance.redaction.fold import fold
from appliance.redaction.layers import look
from appliance.redaction.tokens import Tokens


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def lowered(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same texts as a hurried thumb would type them."""
    for row in rows:
        lower = row["text"].lower()
        if len(lower) == len(row["text"]):
            yield {**row, "text": lower}


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the tagger sees it: its words, what each word's place tells, and the right tag of each."""

    tokens: Tokens = field(repr=False)
    words: Sequence[Word] = field(repr=False)
    rows: Sequence[Sequence[str]] = field(repr=False)
    tags: Sequence[str] = field(repr=False)


def read(row: dict[str, Any], reader: Reader) -> Text:
    """One text with its spans."""
    folded = fold(row["text"])
    tokens, hints = look(folded.text)
    where = [folded.original(*place) for place in zip(tokens.starts, tokens.ends, strict=True)]
    words, rows = reader.read(folded.text, tokens, hints)
    return Text(tokens, words, rows, list(_tags(where, row["spans"])))


def _tags(where: Sequence[tuple[int, int]], spans: list[dict[str, Any]]) -> Iterator[str]:
    ordered = sorted(spans, key=lambda span: span["start"])
    upcoming = 0
    inside = -1
    for start, end in where:
        while upcoming < len(ordered) and ordered[upcoming]["end"] <= start:
            upcoming += 1
        if upcoming == len(ordered) or ordered[upcoming]["start"] >= end:
            yield "O"
            continue
        label = ordered[upcoming]["label"]
        if label == "OPT":
            yield "X"
        else:
            yield f"{'I' if inside == upcoming else 'B'}-{label}"
        inside = upcoming
