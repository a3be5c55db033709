"""Trains the chain: a conditional random field over each token's features and its neighbours'."""

from itertools import chain
from pathlib import Path

from appliance.redaction.features import Reader
from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.dataset import tagged
from appliance.redaction.learning.public import public_rows
from appliance.redaction.learning.written import TEXTS, drawn
from appliance.redaction.lexicon import Lexicon


def train_chain(data: Path, out: Path, *, made: int, times: int, rounds: int, seed: int, texts: Path = TEXTS) -> None:
    """Write `tagger.crfsuite` into the folder `out`. One thread, no chance in it: the same texts, the same bytes."""
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
    for row in chain(public_rows(data), messages(made, seed), drawn(times, seed, folder=texts)):
        features, tags = tagged(row, reader, wide=True)
        if tags:
            trainer.append(features, tags)
    trainer.train(str(out / "tagger.crfsuite"))
