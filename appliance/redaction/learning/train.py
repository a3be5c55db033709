"""Trains the tagger from nothing: `python -m appliance.redaction.learning.train --data FOLDER`."""

import argparse
import hashlib
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from appliance.redaction.features import VERSION, Reader
from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.dataset import lowered, read_rows, tagged
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.tagger import ARTEFACT


def public(folder: Path, random: Random) -> Iterator[dict[str, Any]]:
    """The public texts as they stand, and half of them in lower case."""
    for name in ("wnut17_train.jsonl", "btc_train.jsonl"):
        rows = list(read_rows(folder / name))
        yield from rows
        yield from lowered(row for row in rows if random.random() < 0.4)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--made", type=int, default=30_000)
    arguments.add_argument("--rounds", type=int, default=90)
    arguments.add_argument("--out", type=Path, default=ARTEFACT)
    arguments.add_argument("--seed", type=int, default=7)
    options = arguments.parse_args()
    import pycrfsuite

    reader = Reader.load(Lexicon.load())
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=True)
    trainer.set_params(
        {
            "c1": 0.25,
            "c2": 0.02,
            "max_iterations": options.rounds,
            "feature.minfreq": 3,
            "feature.possible_transitions": True,
        }
    )
    for row in chain(public(options.data, Random(options.seed)), messages(options.made, options.seed)):
        features, tags = tagged(row, reader, wide=True)
        if tags:
            trainer.append(features, tags)
    options.out.mkdir(exist_ok=True)
    path = options.out / "tagger.crfsuite"
    trainer.train(str(path))
    learnt = path.read_bytes()
    card = {
        "file": path.name, "sha256": hashlib.sha256(learnt).hexdigest(), "features": VERSION,
        "script": "appliance/redaction/learning/train.py", "made": options.made, "seed": options.seed, "rounds": options.rounds,
        "data": ["WNUT 2017 train (CC BY 4.0)", "Broad Twitter Corpus train (CC BY 4.0)", "appliance/redaction/learning/compose.py"],
    }  # fmt: skip
    (options.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
