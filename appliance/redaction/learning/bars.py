"""Chooses how likely a token must be to be covered, on hand-written, invented and public texts that nothing was trained on."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np

from appliance.redaction.features import Reader
from appliance.redaction.learning.compose import MADE, messages
from appliance.redaction.learning.dataset import read
from appliance.redaction.learning.lessons import TAGS
from appliance.redaction.learning.model import APART
from appliance.redaction.learning.posts import caution, public_rows
from appliance.redaction.learning.written import TEXTS, WRITTEN, written
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.tagger import Bars, Tagger
from appliance.redaction.values import DIRECT, Label

INVENTED: Final = 1_500
SEED: Final = 99
# A miss weighs as much as so many false alarms.
MISS: Final = {"listed": 5.0, "unknown": 4.0, "ordinary": 2.5, "digits": 8.0, "health": 1.0}
CANDIDATES: Final = tuple(step / 50 for step in range(1, 41))

# A hand-written text tells more of what will come than an invented one: it counts as often as so many.
OF_WRITTEN: Final = 8.0

# Of each token by the bar it has to clear: how likely it is, whether it should, and how much the choice about it counts.
Chances = dict[str, list[tuple[float, bool, float]]]


def choose_bars(data: Path, out: Path, *, texts: Path = TEXTS) -> Bars:
    """The bars at which misses and false alarms weigh least."""
    chances: Chances = defaultdict(list)
    with (out / "net.npz").open("rb") as learnt:
        tagger = Tagger.of(Reader.load(Lexicon.load()), learnt, TAGS, APART, Bars(0, 0, 0, 0, 0))
    public = chain(public_rows(data, held=True), public_rows(data, lower=True, held=True))
    for row in chain(public, messages(INVENTED, SEED, held=True), written(held=True, folder=texts)):
        counts = OF_WRITTEN if row["id"].startswith(WRITTEN) else 1.0
        for kind, likely, meant in _tokens(tagger, row):
            chances[kind].append((likely, meant, counts / caution(row["id"], row["text"]) if meant else counts))
    return Bars(**{kind: _lightest(kind, chances[kind]) for kind in MISS})


def _tokens(tagger: Tagger, row: dict[str, Any]) -> Iterator[tuple[str, float, bool]]:
    """Of each token: which bar it must clear, how likely it is, and whether it should. What may go either way is left out."""
    text = read(row, tagger.reader)
    if not text.tags:
        return
    likely, _ = tagger.weigh(text.words, text.rows)
    for place, tag in enumerate(text.tags):
        if _counts(row["id"], tag, kind := tagger.kind(text.tokens.lower[place])):
            yield kind, float(likely[place, : len(DIRECT)].sum()), tag.partition("-")[2] in DIRECT
        if row["id"].startswith((MADE, WRITTEN)) and (tag != "X" or row["id"].startswith(MADE)):
            yield "health", float(likely[place, len(DIRECT)]), tag.partition("-")[2] == Label.HEALTH


def _counts(name: str, tag: str, kind: str) -> bool:
    if name.startswith(MADE):
        return True  # what may go either way here is mostly an animal's name; better left standing
    return tag != "X" and (kind != "digits" or name.startswith(WRITTEN))  # public texts mark no dates, no numbers


def _lightest(kind: str, chances: list[tuple[float, bool, float]]) -> float:
    likely, meant, counts = map(np.array, zip(*chances, strict=True))

    def weight(bar: float) -> float:
        missed, alarms = meant & (likely <= bar), ~meant & (likely > bar)
        return float(MISS[kind] * counts[missed].sum() + counts[alarms].sum())

    chosen = min(CANDIDATES, key=lambda bar: (weight(bar), bar))
    missed, alarms = (meant & (likely <= chosen)).sum(), (~meant & (likely > chosen)).sum()
    sys.stderr.write(f"bar {kind}: {chosen:.2f}; of {meant.sum()} missed {missed}, false alarms {alarms}\n")
    return chosen
