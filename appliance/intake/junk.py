"""Whether a text is advertising or fraud: a plain cue, then a small learnt classifier. Unsure means not junk.

The artefact (junk.json) is made by learning/train.py: one small whole number for each bucket that a feature hashes to.
"""

import base64
import hashlib
import json
import math
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from appliance.intake.junk_cues import find_cues
from appliance.intake.normal import plain
from storage.errors import DamagedError

BUCKETS: Final = 1 << 15
ARTEFACT: Final = Path(__file__).with_name("junk.json")
# Held here so that a changed artefact is noticed before it decides anything. train.py prints the new one.
DIGEST: Final = "fcf1e4eec7350445c822afde8a7acc0d8ee6accf7342f22c12c36e91e4013bf6"

# A text message is at most 1,600 characters; what is beyond that only costs time.
_READ: Final = 2_000
_TOKEN: Final = re.compile(
    r"https?://\S+|www\.\S+|\b[\w-]+\.(?:com|net|org|co|ly|me|info|biz|uk|example)(?:/\S*)?|[a-z']+|\d[\d.,:-]*|[£$€%!*#&@]"
)
_LINK: Final = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|ly|co|info|biz|example)\b")
_MONEY: Final = re.compile(r"[$£€]\s?\d")
_LONG_NUMBER: Final = re.compile(r"(?<!\d)(?:\+?\d[\s().-]?){7,15}(?!\d)")
_SHORT_CODE: Final = re.compile(r"(?<!\d)\d{5}(?!\d)")
_SHOUTED: Final = re.compile(r"\b[A-Z]{4,}\b")


@dataclass(frozen=True, slots=True)
class JunkModel:
    """The weights as they are read from the artefact."""

    weights: Sequence[float] = field(repr=False)
    bias: float
    threshold: float


def is_junk(text: str) -> bool:
    """Whether a cue is there and the classifier is sure enough. Raises DamagedError if its artefact was changed."""
    model = load_model()
    return has_cue(text) and probability(features(text), model.weights, model.bias) >= model.threshold


def has_cue(text: str) -> bool:
    """Whether anything in the text speaks of advertising or fraud at all; names, numbers and addresses do not."""
    short = text[:_READ]
    return bool(find_cues(short, plain(short)))


@cache
def load_model() -> JunkModel:
    """The model of the artefact, read once. Raises DamagedError."""
    raw = ARTEFACT.read_bytes()
    if hashlib.sha256(raw).hexdigest() != DIGEST:
        raise DamagedError("the junk classifier is not the one this release was made with", remedy="Install it again.")
    body = json.loads(raw)
    scale = float(body["scale"])
    weights = tuple((byte - 256 if byte > 127 else byte) * scale for byte in base64.b64decode(body["weights"]))
    return JunkModel(weights, float(body["bias"]), float(body["threshold"]))


def probability(held: Collection[int], weights: Sequence[float], bias: float) -> float:
    """The chance of junk, from 0 to 1, for the buckets of a text."""
    score = bias + sum(weights[bucket] for bucket in held) / math.sqrt(max(1, len(held)))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def features(text: str) -> frozenset[int]:
    """The buckets of a text: its cues, words, pairs of words, runs of letters, and its shape."""
    short = text[:_READ]
    return frozenset(zlib.crc32(name.encode("utf-8", "replace")) % BUCKETS for name in _names(short))


def _names(text: str) -> Iterator[str]:
    small = plain(text)
    tokens = [_kind(token) for token in _TOKEN.findall(small)]
    yield from (f"w {token}" for token in tokens)
    yield from (f"p {first} {second}" for first, second in pairwise(["^", *tokens, "$"]))
    for token in tokens:
        if token.startswith("#"):
            continue
        framed = f"<{token}>"
        yield from (f"c {framed[at : at + 4]}" for at in range(max(1, len(framed) - 3)))
    yield from _shape(text, small, len(tokens))
    cues = find_cues(text, small)
    yield from (f"g {cue}" for cue in cues)
    yield from (f"n {count}" for count in range(min(len(cues), 8)))


def _kind(token: str) -> str:
    """Numbers as short, middling or long, links as links: no number of anybody's is learnt."""
    if token[0].isdigit():
        count = sum(letter.isdigit() for letter in token)
        return "#short" if count <= 4 else "#middling" if count <= 6 else "#long"
    return "@link" if _LINK.match(token) else token


def _shape(text: str, small: str, count: int) -> Iterator[str]:
    for name, pattern in (("link", _LINK), ("money", _MONEY), ("number", _LONG_NUMBER), ("code", _SHORT_CODE)):
        if pattern.search(small):
            yield f"s {name}"
    shouted = len(_SHOUTED.findall(text))
    yield f"s shout {min(shouted, 4)}"
    yield f"s words {min(count // 6, 6)}"
    yield f"s marks {min(text.count('!'), 3)}"
