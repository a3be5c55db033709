"""The learnt layer: small nets read each sentence side by side, and their mean says how likely each word is to tell.

They are trained by scripts in `learning/`. Their file is checked against the card before use.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from appliance.redaction.again import reach
from appliance.redaction.errors import ArtefactError
from appliance.redaction.features import VERSION, Reader, Word
from appliance.redaction.net import Net
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.usage import TABLE, Numbers
from appliance.redaction.values import DIRECT, Label

HOME: Final = Path(__file__).parent
CARD: Final = "artefact/card.json"
LEARNT: Final = "artefact/net.npz"
# The lists belong to what was learnt: with other lists, features would mean something else.
_TEXTS: Final = ("first_names", "more_names", "last_names", "words", "more_words", "spanish_words", "classes", "health")
LISTS: Final = (*(f"lexica/{name}.txt" for name in _TEXTS), f"lexica/{TABLE}")
_REMEDY: Final = "install Nightdesk again; until then no text goes to a model"
_DIRECT: Final = tuple(sorted(DIRECT))
_HEALTH_COLUMN: Final = len(_DIRECT)
_NOTHING: Final = ("", True)
# Where each word of a find is less likely than this to tell of anybody, the words before it do not make it a name. In
# texts kept back none of 150 names behind such words is less likely than 0.1; of 15 words that are no names five are.
_NOBODYS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Bars:
    """How likely a token must be an identifier to be covered: all direct labels together, by what else speaks for it.

    A listed name needs little more, an ordinary word much. Chosen by `learning/bars.py` on texts that nothing was
    trained on; they stand in the card.
    """

    listed: float
    unknown: float
    ordinary: float
    digits: float
    health: float

    @property
    def beside(self) -> float:
        """Beside a covered token the lowest is enough: half a name or half an address tells as much as the whole."""
        return min(self.listed, self.unknown, self.ordinary, self.digits)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row of chances each tag stands: those that begin a span, and those that go on."""

    firsts: list[int]
    rest: list[int]

    @staticmethod
    def of(tags: Sequence[str]) -> "Columns":
        place = {tag: column for column, tag in enumerate(tags)}
        labels = (*_DIRECT, Label.HEALTH)
        return Columns([place[f"B-{each}"] for each in labels], [place[f"I-{each}"] for each in labels])


@dataclass(frozen=True, slots=True)
class Reading:
    """What the nets make of a text, as far as they reach: of each token the chance of each label (direct ones, then
    HEALTH), and whether it rather begins a span.
    """

    tokens: Tokens = field(repr=False)
    likely: Numbers = field(repr=False)
    begins: Any = field(repr=False)

    def rules_out(self, found: Found) -> bool:
        """Whether the nets are sure that a find is nobody's. What they did not read they rule out never."""
        direct = self.likely[self.tokens.inside(found.start, found.end), :_HEALTH_COLUMN].sum(axis=1)
        return len(direct) > 0 and bool(direct.max() < _NOBODYS)


@dataclass(frozen=True, slots=True)
class Tagger:
    """Reads features, gives finds."""

    reader: Reader = field(repr=False)
    net: Net = field(repr=False)
    columns: Columns
    bars: Bars

    @staticmethod
    def load(reader: Reader, home: Path = HOME) -> "Tagger":
        """Raises ArtefactError where a file is missing, was changed, or belongs to other features."""
        try:
            card = json.loads((home / CARD).read_text(encoding="utf-8"))
            if card.get("features") != VERSION:
                raise ArtefactError("the learnt part of redaction belongs to another version", remedy=_REMEDY)
            for name in LISTS:
                _checked(home / name, card["sha256"][name])
            learnt = io.BytesIO(_checked(home / LEARNT, card["sha256"][LEARNT]))
            return Tagger.of(reader, learnt, card["tags"], card["apart"], Bars(**card["bars"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtefactError("the learnt part of redaction cannot be read", remedy=_REMEDY) from error

    @staticmethod
    def of(reader: Reader, learnt: BinaryIO, tags: Sequence[str], apart: Sequence[int], bars: Bars) -> "Tagger":
        """A tagger out of what was learnt, unchecked."""
        with np.load(learnt, allow_pickle=False) as arrays:
            return Tagger(reader, Net.of(dict(arrays), tags, apart, reader.usage), Columns.of(tags), bars)

    def read(self, text: str, tokens: Tokens, hints: Sequence[Found]) -> Reading:
        """What the nets make of a text, as far as they reach."""
        tokens = tokens.first(reach(tokens))
        if not len(tokens):
            nothing = np.zeros((0, len(self.columns.firsts)), np.float32)
            return Reading(tokens, nothing, nothing > 0)
        return Reading(tokens, *self.weigh(*self.reader.read(text, tokens, hints)))

    def find(self, reading: Reading) -> Iterator[Found]:
        """Stretches of tokens that are likely identifiers or health words."""
        tokens = reading.tokens
        start, label = 0, ""
        for place, (kind, begins) in enumerate([*self._kinds(reading), _NOTHING]):
            if label and (kind != label or begins):
                if not self._is_nothing(tokens.lower[start:place], label):
                    why = "read from the sentence"
                    yield Found(tokens.starts[start], tokens.ends[place - 1], Label(label), why, layer="tagger")
                label = ""
            if kind and not label:
                start, label = place, kind

    def _is_nothing(self, words: Sequence[str], label: str) -> bool:
        """One ordinary word that no health list knows tells nothing about anyone's health."""
        if label != Label.HEALTH or len(words) > 1 or words[0] not in self.reader.lexicon.words:
            return False
        return (words[0],) not in self.reader.health.get(words[0], ())

    def _kinds(self, reading: Reading) -> list[tuple[str, bool]]:
        """The label of each token, and whether a new span begins with it."""
        tokens, likely, begins = reading.tokens, reading.likely, reading.begins
        direct: list[float] = likely[:, :_HEALTH_COLUMN].sum(axis=1).tolist()
        best: list[int] = likely[:, :_HEALTH_COLUMN].argmax(axis=1).tolist()
        healthy: list[bool] = (likely[:, _HEALTH_COLUMN] > self.bars.health).tolist()
        beside = self.bars.beside
        covered = [
            chance > beside and chance > self._bar(word) for chance, word in zip(direct, tokens.lower, strict=True)
        ]
        # Once to the right, once to the left: a find grows as long as its next word is likely enough.
        for order in (range(1, len(tokens)), range(len(tokens) - 2, -1, -1)):
            step = order.step
            for place in order:
                if covered[place - step] and not covered[place] and direct[place] > beside:
                    covered[place] = True
        kinds: list[tuple[str, bool]] = []
        for place, label in enumerate(best):
            if covered[place]:
                kinds.append((_DIRECT[label], bool(begins[place, label])))
            elif healthy[place]:
                kinds.append((Label.HEALTH, bool(begins[place, _HEALTH_COLUMN])))
            else:
                kinds.append(_NOTHING)
        return kinds

    def _bar(self, word: str) -> float:
        return float(getattr(self.bars, self.kind(word)))

    def kind(self, word: str) -> str:
        """Which bar a token has to clear."""
        lexicon = self.reader.lexicon
        if any(each.isdigit() for each in word):
            return "digits"
        if word in lexicon.words:
            return "ordinary"
        return "listed" if lexicon.is_name(word) else "unknown"

    def weigh(self, words: Sequence[Word], rows: Sequence[Sequence[str]]) -> tuple[Numbers, Any]:
        """What `Reading` holds of each token, from its word and from what its place tells."""
        chances = self.net.chances(words, rows)
        firsts, rest = chances[:, self.columns.firsts], chances[:, self.columns.rest]
        result: Numbers = firsts + rest
        return result, firsts > rest


def _checked(path: Path, digest: str) -> bytes:
    whole = path.read_bytes()
    if hashlib.sha256(whole).hexdigest() != digest:
        raise ArtefactError(f"{path.name} is not the file that was released", remedy=_REMEDY)
    return whole
