"""Trains the chain: a conditional random field over each token's features and its neighbours'."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from appliance.redaction.features import Reader
from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.dataset import lowered, read_rows, tagged
from appliance.redaction.lexicon import Lexicon

PUBLIC = ("wnut17_train.jsonl", "btc_train.jsonl")


def public(folder: Path, random: Random) -> Iterator[dict[str, Any]]:
    """The public texts as they stand, and half of them in lower case."""
    for name in PUBLIC:
        rows = list(read_rows(folder / name))
        yield from rows
        yield from lowered(row for row in rows if random.random() < 0.4)


def train_chain(data: Path, out: Path, *, made: int, rounds: int, seed: int) -> None:
    """Write `tagger.crfsuite` into the folder `out`."""
    import pycrfsuite

    reader = Reader.load(Lexicon.load())
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=True)
    trainer.set_params(
        {
            "c1": 0.25,
            "c2": 0.02,
            "max_iterations": rounds,
            "feature.minfreq": 3,
            "feature.possible_transitions": True,
        }
    )
    as_they_stand = (row for name in PUBLIC for row in read_rows(data / name))
    for row in chain(as_they_stand, messages(made, seed)):
        features, tags = tagged(row, reader, wide=True)
        if tags:
            trainer.append(features, tags)
    trainer.train(str(out / "tagger.crfsuite"))
