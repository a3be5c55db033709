"""Train the junk classifier: `python -m appliance.intake.learning.train DATA.jsonl`. Prints its figures, writes junk.json.

Logistic regression by plain stochastic descent over junk.py's own features; no library, the same result every time.
"""

import argparse
import base64
import hashlib
import json
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.intake.junk import ARTEFACT, BUCKETS, features, probability
from appliance.intake.learning.compose import Example, compose

ROUNDS: Final = 14
RATE: Final = 4.0
DECAY: Final = 1e-5
SEED: Final = 20
TIMES: Final = 4
FOLDS: Final = 5
# Below this, a text is not junk. Chosen on the folds where a gain in recall begins to cost real texts.
THRESHOLD: Final = 0.7


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model before it is written down."""

    values: Sequence[float]
    bias: float

    def chance(self, text: str) -> float:
        """How likely the text is junk, from 0 to 1."""
        return probability(features(text), self.values, self.bias)


def read_public(path: Path) -> list[Example]:
    """The public corpus: one JSON line a text, `label` spam or ham."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line)
    labels = {row["text"].strip(): row["label"] == "spam" for row in rows}  # copies count once
    return [Example(text, junk, text) for text, junk in labels.items()]


def train(examples: Iterable[Example]) -> Weights:
    """Weights for the examples."""
    learnt = [(features(one.text), 1.0 if one.junk else 0.0) for one in examples]
    values, bias = [0.0] * BUCKETS, 0.0
    order = random.Random(SEED)  # a repeatable order
    for turn in range(ROUNDS):
        rate = RATE / (1 + turn / 3)
        order.shuffle(learnt)
        for held, junk in learnt:
            wrong = junk - probability(held, values, bias)
            if abs(wrong) < 1e-3:
                continue
            step = rate * wrong / math.sqrt(len(held))
            bias += rate * wrong * 0.05
            for bucket in held:
                values[bucket] += step - DECAY * values[bucket]
    return Weights(values, bias)


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
    examples = [*public, *invented]
    if asked.figures:
        told = crossed(examples)
        for name, own in (("public", set(map(id, public))), ("invented", set(map(id, invented)))):
            part = [pair for pair in told if id(pair[0]) in own]
            for threshold in (0.5, 0.6, THRESHOLD, 0.8, 0.9):
                print(f"{name:9} at {threshold:.2f}: {figures(part, threshold)}")  # noqa: T201 - a command prints
    digest = write(train(examples), ARTEFACT, THRESHOLD)
    print(f"{ARTEFACT.name}: {len(examples)} texts, sha256 {digest}")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
