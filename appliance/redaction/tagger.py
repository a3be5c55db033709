"""The learnt layer: a chain and a net read each sentence, and their chances are weighed together.

Both are trained by scripts in `learning/`. Their files are checked against the card before use.
"""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from appliance.redaction.again import reach
from appliance.redaction.errors import ArtefactError
from appliance.redaction.features import VERSION, Reader
from appliance.redaction.net import Net, Numbers
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import DIRECT, Label

HOME: Final = Path(__file__).parent
CARD: Final = "artefact/card.json"
LEARNT: Final = ("artefact/tagger.crfsuite", "artefact/net.npz")
# The lists belong to what was learnt: with other lists, features would mean something else.
LISTS: Final = tuple(
    f"lexica/{name}.txt"
    for name in ("first_names", "more_names", "last_names", "words", "more_words", "classes", "health")
)
# How much the chain's chances count beside the net's.
CHAIN: Final = 0.5
# A token is covered when all direct labels together are at least this likely. How likely depends on what else speaks
# for it: a listed name needs little more, an ordinary word much. Found on texts that nothing was trained on.
ENOUGH_LISTED: Final = 0.12
ENOUGH_UNKNOWN: Final = 0.28
ENOUGH_ORDINARY: Final = 0.45
ENOUGH_DIGITS: Final = 0.25
# Beside a covered token less is enough, since half a name or half an address tells as much as the whole.
ENOUGH_BESIDE: Final = 0.1
ENOUGH_HEALTH: Final = 0.3
# Where the chain is this sure that a token is harmless, nothing more is asked of it.
SURE_HARMLESS: Final = 0.98
_HARMLESS: Final = frozenset({"O", "X"})
_REMEDY: Final = "install Nightdesk again; until then no text goes to a model"
_DIRECT: Final = tuple(sorted(DIRECT))
_HEALTH_COLUMN: Final = len(_DIRECT)


@dataclass(frozen=True, slots=True)
class Tagger:
    """Reads features, gives finds."""

    reader: Reader = field(repr=False)
    chain: Any = field(repr=False)
    net: Net = field(repr=False)
    learnt: bytes = field(repr=False)  # the chain reads from these bytes as long as it lives

    @staticmethod
    def load(reader: Reader, home: Path = HOME) -> "Tagger":
        """Raises ArtefactError where a file is missing, was changed, or belongs to other features."""
        import pycrfsuite

        try:
            card = json.loads((home / CARD).read_text(encoding="utf-8"))
            files = {name: _checked(home / name, card["sha256"][name]) for name in (*LEARNT, *LISTS)}
            chain = pycrfsuite.Tagger()
            chain.open_inmemory(files[LEARNT[0]])
            with np.load(io.BytesIO(files[LEARNT[1]]), allow_pickle=False) as arrays:
                net = Net.of(dict(arrays), card["tags"], card["apart"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtefactError("the learnt part of redaction cannot be read", remedy=_REMEDY) from error
        if card.get("features") != VERSION:
            raise ArtefactError("the learnt part of redaction belongs to another version", remedy=_REMEDY)
        return Tagger(reader, chain, net, files[LEARNT[0]])

    def find(self, text: str, tokens: Tokens, hints: Sequence[Found]) -> Iterator[Found]:
        """Stretches of tokens that are likely identifiers or health words, as far as the tagger reaches."""
        tokens = tokens.first(reach(tokens))
        if not len(tokens):
            return
        start, label = 0, ""
        for place, (kind, begins) in enumerate([*self._kinds(text, tokens, hints), ("", True)]):
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

    def _kinds(self, text: str, tokens: Tokens, hints: Sequence[Found]) -> list[tuple[str, bool]]:
        """The label of each token, and whether a new span begins with it."""
        likely, begins = self._chances(text, tokens, hints)
        direct = likely[:, :_HEALTH_COLUMN].sum(axis=1)
        best = likely[:, :_HEALTH_COLUMN].argmax(axis=1)
        covered = direct > ENOUGH_LISTED
        for place in covered.nonzero()[0]:
            covered[place] = direct[place] > self._bar(tokens.lower[place])
        # Once to the right, once to the left: a find grows as long as its next word is likely enough.
        for order in (range(1, len(tokens)), range(len(tokens) - 2, -1, -1)):
            step = order.step
            for place in order:
                if covered[place - step] and not covered[place] and direct[place] > ENOUGH_BESIDE:
                    covered[place] = True
        kinds: list[tuple[str, bool]] = []
        for place in range(len(tokens)):
            if covered[place]:
                kinds.append((_DIRECT[best[place]], bool(begins[place, best[place]])))
            elif likely[place, _HEALTH_COLUMN] > ENOUGH_HEALTH:
                kinds.append((Label.HEALTH, bool(begins[place, _HEALTH_COLUMN])))
            else:
                kinds.append(("", True))
        return kinds

    def _bar(self, word: str) -> float:
        """How likely a token must be an identifier to be covered."""
        lexicon = self.reader.lexicon
        if any(each.isdigit() for each in word):
            return ENOUGH_DIGITS
        if word in lexicon.words:
            return ENOUGH_ORDINARY
        return ENOUGH_LISTED if lexicon.is_name(word) else ENOUGH_UNKNOWN

    def _chances(self, text: str, tokens: Tokens, hints: Sequence[Found]) -> tuple[Numbers, Any]:
        """For each token the chance of each label (direct ones, then HEALTH), and whether it rather begins a span."""
        rows = self.reader.read(text, tokens, hints)
        net = self.net.chances(rows)
        self.chain.set(self.reader.widen(rows, tokens))
        tags, chance = self.chain.tag(), self.chain.marginal
        known = self.chain.labels()
        columns = {tag: column for column, tag in enumerate(self.net.tags)}
        asked = [(tag, column) for tag, column in columns.items() if tag in known]
        for place in range(len(tokens)):
            net[place] *= 1 - CHAIN
            if tags[place] in _HARMLESS and chance("O", place) + chance("X", place) > SURE_HARMLESS:
                continue
            for tag, column in asked:
                net[place, column] += chance(tag, place) * CHAIN
        firsts = net[:, [columns[f"B-{label}"] for label in (*_DIRECT, Label.HEALTH)]]
        rest = net[:, [columns[f"I-{label}"] for label in (*_DIRECT, Label.HEALTH)]]
        both: Numbers = firsts + rest
        return both, firsts > rest


def _checked(path: Path, digest: str) -> bytes:
    whole = path.read_bytes()
    if hashlib.sha256(whole).hexdigest() != digest:
        raise ArtefactError(f"{path.name} is not the file that was released", remedy=_REMEDY)
    return whole
