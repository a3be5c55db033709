"""Train the junk classifier: `python -m appliance.intake.learning.train DATA.jsonl`. Prints its figures, writes junk.json.

Logistic regression by plain stochastic descent over junk.py's own features; the same result every time. Ham are the
public ones, the lines of ham.txt, and thousands of texts of this field by the generator that redaction learns from
(which needs the packages of the extra `learning`).
"""

import argparse
import base64
import hashlib
import json
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appliance.intake.junk import ARTEFACT, BUCKETS, features, has_cue, probability
from appliance.intake.learning.compose import Example, compose
from appliance.redaction.learning.compose import messages

ROUNDS: Final = 8
SWINGING: Final = 2
RATE: Final = 4.0
DECAY: Final = 1e-5
SEED: Final = 20
TIMES: Final = 4
FIELD: Final = 6_000
FIELD_SEED: Final = 41
# Junk is the rarer kind: each counts as this many.
JUNK_COUNTS: Final = 2.0
FOLDS: Final = 5
# Below this, a text is not junk. Chosen where hardly any honest text of this field was taken that no model had seen.
THRESHOLD: Final = 0.74


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model before it is written down."""

    values: Sequence[float]
    bias: float

    def chance(self, text: str) -> float:
        """How likely the text is junk, from 0 to 1; nothing without a cue is."""
        return probability(features(text), self.values, self.bias) if has_cue(text) else 0.0


def read_public(path: Path) -> list[Example]:
    """The public corpus: one JSON line a text, `label` spam or ham."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line)
    labels = {row["text"].strip(): row["label"] == "spam" for row in rows}  # copies count once
    return [Example(text, junk, text) for text, junk in labels.items()]


def read_field() -> list[Example]:
    """What people text after hours, full of names, numbers, addresses and links: none of it junk."""
    return [Example(row["text"], junk=False, kin=row["text"]) for row in messages(FIELD, FIELD_SEED)]


def train(examples: Iterable[Example]) -> Weights:
    """Weights for the examples: the mean of those after each round but the first two, which still swing."""
    learnt = [(_held(one.text), float(one.junk), JUNK_COUNTS if one.junk else 1.0) for one in examples]
    values, bias = np.zeros(BUCKETS), 0.0
    summed, biases = np.zeros(BUCKETS), 0.0
    order = random.Random(SEED)  # a repeatable order
    for turn in range(ROUNDS):
        rate = RATE / (1 + turn / 3)
        order.shuffle(learnt)
        for held, junk, counts in learnt:
            root = math.sqrt(len(held))
            score = bias + float(values[held].sum()) / root
            wrong = (junk - 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))) * counts
            if abs(wrong) < 1e-3:
                continue
            bias += rate * wrong * 0.05
            values[held] += rate * wrong / root - DECAY * values[held]
        if turn >= SWINGING:
            summed, biases = summed + values, biases + bias
    return Weights((summed / (ROUNDS - SWINGING)).tolist(), biases / (ROUNDS - SWINGING))


@cache
def _held(text: str) -> NDArray[np.int64]:
    return np.fromiter(sorted(features(text)), np.int64)


def crossed(examples: Sequence[Example]) -> list[tuple[Example, float]]:
    """Each example with the chance given by a model that saw neither it nor its kin."""
    told: list[tuple[Example, float]] = []
    for fold in range(FOLDS):
        model = train(one for one in examples if _fold(one) != fold)
        told.extend((one, model.chance(one.text)) for one in examples if _fold(one) == fold)
    return told


def figures(told: Iterable[tuple[Example, float]], threshold: float) -> str:
    """Precision and recall as a line."""
    pairs = [(one.junk, chance >= threshold) for one, chance in told]
    hit, wrong, missed = pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False))
    precision, recall = hit / max(1, hit + wrong), hit / max(1, hit + missed)
    return f"precision {precision:.4f} recall {recall:.4f} (junk {hit + missed}, taken {hit + wrong}, wrongly {wrong})"


def write(model: Weights, path: Path, threshold: float) -> str:
    """Write the artefact with whole-number weights; answer its digest, which junk.py holds."""
    largest = max(abs(value) for value in model.values)
    scale = largest / 127
    weights = bytes(round(value / scale) & 0xFF for value in model.values)
    body = {"bias": model.bias, "scale": scale, "threshold": threshold, "weights": base64.b64encode(weights).decode()}
    path.write_text(json.dumps(body, sort_keys=True) + "\n", "utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fold(one: Example) -> int:
    return int.from_bytes(hashlib.sha256(one.kin.encode()).digest()[:4], "big") % FOLDS


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the public corpus, JSON lines")
    parser.add_argument("--figures", action="store_true", help="five folds as well; takes five times as long")
    asked = parser.parse_args()
    public, invented = read_public(asked.data), list(compose(times=TIMES, seed=SEED))
    field = read_field()
    examples = [*public, *invented, *field]
    if asked.figures:
        told = crossed(examples)
        for name, own in (("public", public), ("invented", invented), ("field", field)):
            ids = set(map(id, own))
            part = [pair for pair in told if id(pair[0]) in ids]
            for threshold in (0.5, 0.6, 0.7, THRESHOLD, 0.8):
                print(f"{name:9} at {threshold:.2f}: {figures(part, threshold)}")  # noqa: T201 - a command prints
    digest = write(train(examples), ARTEFACT, THRESHOLD)
    print(f"{ARTEFACT.name}: {len(examples)} texts, sha256 {digest}")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
