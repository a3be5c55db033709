"""A folded text cut into words, numbers and marks. One pass, no look-back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

# don't and o'brien are one word, dana's is two; a row of the same mark is one mark.
_TOKEN: Final = re.compile(
    r"[^\W\d_]+'(?:t|re|ve|ll|d|m)(?![^\W_])|[odOD]'[^\W\d_]{2,}|'[sS](?![^\W_])|[^\W_]+|([^\w\s]|_)\1*"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words and where they stand; `lower` is each word in lower case."""

    words: Sequence[str] = field(repr=False)
    lower: Sequence[str] = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.words)


def cut(text: str) -> Tokens:
    """All tokens of a folded text, left to right."""
    matches = list(_TOKEN.finditer(text))
    words = [match[0] for match in matches]
    return Tokens(
        words, [word.lower() for word in words], [match.start() for match in matches], [match.end() for match in matches]
    )
