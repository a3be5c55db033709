"""The public texts that are learnt from, and the twelfth of them that is kept back to choose the bars on."""

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any, Final
from zlib import crc32

from appliance.redaction.learning.dataset import lowered, read_rows
from appliance.redaction.learning.grammar import joined, pieces_of
from appliance.redaction.learning.markup import GoldSpan
from appliance.redaction.learning.refill import refill

PUBLIC = ("wnut17_train.jsonl", "btc_train.jsonl")
_HELD = 12
# How often in a round a text that names people is about others, and how often such a one is in lower case.
_RENAMED: Final = 0.7
_LOWERED: Final = 0.4


def public_rows(folder: Path, *, lower: bool = False, held: bool = False) -> Iterator[dict[str, Any]]:
    """The texts as they stand or as a hurried thumb would type them; those learnt from, or those kept back."""
    for name in PUBLIC:
        rows = (row for row in read_rows(folder / name) if kept_back(row["text"]) == held)
        yield from lowered(rows) if lower else rows


def renamed(folder: Path, seed: int) -> Iterator[dict[str, Any]]:
    """Some of the texts that name people, about other people: so the words beside a name teach, not the name."""
    random = Random(seed)
    for row in public_rows(folder):
        spans = sorted(
            (GoldSpan(span["start"], span["end"], span["label"]) for span in row["spans"]), key=attrgetter("start")
        )
        if any(span.label == "NAME" for span in spans) and random.random() < _RENAMED:
            other = joined(row["id"], refill(pieces_of(row["text"], spans), random))
            yield from lowered([other]) if random.random() < _LOWERED else [other]


def kept_back(line: str) -> bool:
    """Whether a text or a phrase is one of those that nothing learns from. By its letters: the same in every run."""
    return crc32(line.encode()) % _HELD == 0
