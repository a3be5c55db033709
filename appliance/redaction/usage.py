"""How people write a word: how often, how often with a capital, like which other words, and near which in meaning.

Counted in English and Spanish by others; `learning/usage.py` makes the table, its sources stand in lexica/README.md.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from appliance.redaction.errors import ArtefactError

TABLE: Final = "usage.npz"
TONGUES: Final = ("en", "es")
# A vector is kept as whole numbers; so many of them are one spread.
STEPS: Final = 31.75
# Where a word stands that is not in the table: the last row, which is empty.
NOWHERE: Final = -1

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Usage:
    """A sorted table of words, found by the check sum of their letters.

    One word in thirty thousand that is not in it has the sum of one that is, and is taken for that.
    """

    sums: NDArray[np.uint32] = field(repr=False)
    # By tongue a row for each word. Tenths of its uses, those all in capitals apart, that begin with one; how often it
    # is written, up to 20; which words it is used like, in small letters and with a capital. 0 where nothing is known.
    counts: dict[str, NDArray[np.uint16]] = field(repr=False)
    vectors: NDArray[np.int8] = field(repr=False)

    @staticmethod
    def load(path: Path) -> "Usage":
        """Raises ArtefactError where the table is missing or is none."""
        try:
            with path.open("rb") as whole, np.load(whole, allow_pickle=False) as arrays:
                counts = {tongue: _with_an_empty_row(arrays[tongue]) for tongue in TONGUES}
                return Usage(arrays["sums"], counts, _with_an_empty_row(arrays["vectors"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ArtefactError("the table of words cannot be read", remedy="install Nightdesk again") from error

    def row(self, word: str) -> int:
        """Where a word in lower case stands, or NOWHERE."""
        wanted = sum_of(word)
        row = int(self.sums.searchsorted(np.uint32(wanted)))
        return row if row < len(self.sums) and int(self.sums[row]) == wanted else NOWHERE

    def tells(self, row: int, shape: str) -> list[str]:
        """Features of a word in a row, together with the shape it was written in."""
        if row == NOWHERE:
            return ["cap=no", f"cap=no|{shape}"]
        told = []
        for tongue in TONGUES:
            capital, often, like, like_capital = self.counts[tongue][row].tolist()
            if often:
                told += [f"{tongue}cap={capital}", f"{tongue}cap={capital}|{shape}", f"{tongue}n={often}"]
                told.append(f"{tongue}cn={capital}|{often // 2}")
            if like:
                told.append(f"{tongue}like={like}")
            if like_capital:
                told.append(f"{tongue}Like={like_capital}")
        return told

    def vector(self, row: int | slice) -> Numbers:
        """Where the word stands among all words: those near it mean something near. Of a slice of rows, a line each."""
        result: Numbers = self.vectors[row].astype(np.float32) / np.float32(STEPS)
        return result


def sum_of(word: str) -> int:
    return crc32(word.encode())


def _with_an_empty_row(rows: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([rows, np.zeros_like(rows[:1])])
