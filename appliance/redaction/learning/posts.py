"""The posts that are learnt from: the public texts, the twelfth of them that is kept back to choose the bars on, and what
tells a post, public or ours.
"""

import math
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any, Final
from zlib import crc32

from appliance.redaction.features import bears_marks_of_a_post
from appliance.redaction.learning.dataset import lowered, read_rows
from appliance.redaction.learning.grammar import joined, pieces_of
from appliance.redaction.learning.markup import GoldSpan
from appliance.redaction.learning.refill import refill
from appliance.redaction.learning.written import POSTS, WRITTEN

PUBLIC: Final = ("wnut17_train.jsonl", "btc_train.jsonl")
# How the ids of posts begin, public and our own.
_OF_POSTS: Final = ("wnut-", "btc-", f"{WRITTEN}-{POSTS}-")
# How much heavier a false alarm weighs in a post than in a customer's text, where a miss weighs several of them
# (`bars.MISS`): in a post they are to weigh alike. Only where a post can be told by its marks: a comment without any reads
# like what customers write. Why: docs/decisions/0011-a-post-is-told-by-its-marks.md.
_CAUTION: Final = 5.0
_HELD = 12
# How often a text that is about other people is in lower case.
_LOWERED: Final = 0.4


def public_rows(folder: Path, *, lower: bool = False, held: bool = False) -> Iterator[dict[str, Any]]:
    """The texts as they stand or as a hurried thumb would type them; those learnt from, or those kept back."""
    for name in PUBLIC:
        rows = (row for row in read_rows(folder / name) if kept_back(row["text"]) == held)
        yield from lowered(rows) if lower else rows


def renamed(folder: Path, seed: int, times: float) -> Iterator[dict[str, Any]]:
    """Texts that name people about other people, each so many times on average: there the words beside a name teach."""
    random, most = Random(seed), math.ceil(times)
    for row in public_rows(folder):
        spans = sorted(
            (GoldSpan(span["start"], span["end"], span["label"]) for span in row["spans"]), key=attrgetter("start")
        )
        if any(span.label == "NAME" for span in spans):
            for _ in range(most):
                if random.random() < times / most:
                    other = joined(row["id"], refill(pieces_of(row["text"], spans), random))
                    yield from lowered([other]) if random.random() < _LOWERED else [other]


def is_post(name: str) -> bool:
    """Whether the text with this id is a post or a comment in public."""
    return name.startswith(_OF_POSTS)


def caution(name: str, text: str) -> float:
    """How much heavier a false alarm weighs in this text than in one to a shop."""
    return _CAUTION if is_post(name) and bears_marks_of_a_post(text) else 1.0


def kept_back(line: str) -> bool:
    """Whether a text or a phrase is one of those that nothing learns from. By its letters: the same in every run."""
    return crc32(line.encode()) % _HELD == 0
