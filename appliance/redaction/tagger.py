"""The learnt layer: a linear-chain field over tokens, trained by `learning/train.py`. Its file is checked before use."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.redaction.again import REACH
from appliance.redaction.errors import ArtefactError
from appliance.redaction.features import VERSION, Reader
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import DIRECT, Label

ARTEFACT: Final = Path(__file__).parent / "artefact"
# A token is covered when all direct labels together are at least this likely. Found on the texts of training.
ENOUGH: Final = 0.3
ENOUGH_HEALTH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Tagger:
    """Reads features, gives finds."""

    reader: Reader = field(repr=False)
    model: Any = field(repr=False)
    learnt: bytes = field(repr=False)  # the model reads from these bytes as long as it lives

    @staticmethod
    def load(reader: Reader, folder: Path = ARTEFACT) -> "Tagger":
        """Raises ArtefactError where the file is missing, was changed, or belongs to other features."""
        import pycrfsuite  # type: ignore[import-untyped]

        try:
            card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
            learnt = (folder / card["file"]).read_bytes()
        except (OSError, ValueError, KeyError) as error:
            raise ArtefactError("the learnt part of redaction is missing", remedy="install Nightdesk again") from error
        if hashlib.sha256(learnt).hexdigest() != card.get("sha256") or card.get("features") != VERSION:
            raise ArtefactError(
                "the learnt part of redaction is not the one released", remedy="install Nightdesk again"
            )
        model = pycrfsuite.Tagger()
        model.open_inmemory(learnt)
        return Tagger(reader, model, learnt)

    def find(self, text: str, tokens: Tokens, hints: Sequence[Found]) -> Iterator[Found]:
        """Stretches of tokens that are likely identifiers or health words, as far as the tagger reaches."""
        tokens = tokens.first(REACH)
        if not len(tokens):
            return
        self.model.set(self.reader.widen(self.reader.read(text, tokens, hints), tokens))
        kinds = [self._kind(tag, place) for place, tag in enumerate(self.model.tag())]
        start, label = 0, ""
        for place, (kind, begins) in enumerate([*kinds, ("", True)]):
            if label and (kind != label or begins):
                yield Found(
                    tokens.starts[start], tokens.ends[place - 1], Label(label), "read from the sentence", layer="tagger"
                )
                label = ""
            if kind and not label:
                start, label = place, kind

    def _kind(self, tag: str, place: int) -> tuple[str, bool]:
        """The label of a token and whether it begins anew.

        A likely identifier counts although nothing is likelier, and an unlikely one does not: leaking costs more.
        """
        chance = self.model.marginal
        harmless = chance("O", place) + chance("X", place)
        health = chance("B-HEALTH", place) + chance("I-HEALTH", place)
        if 1 - harmless - health > ENOUGH:
            if tag[2:] in DIRECT:
                return tag[2:], tag[0] == "B"
            return max(
                DIRECT, key=lambda label: (chance(f"B-{label}", place) + chance(f"I-{label}", place), label)
            ), False
        if health > ENOUGH_HEALTH:
            return "HEALTH", tag == "B-HEALTH"
        return "", True
