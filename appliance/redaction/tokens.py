"""A folded text cut into words, numbers and marks. One pass, no look-back."""

import re
from bisect import bisect_left, bisect_right
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

    def inside(self, start: int, end: int) -> slice:
        """Which tokens begin between two characters."""
        return slice(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def first(self, count: int) -> "Tokens":
        """The tokens up to a count."""
        if len(self.words) <= count:
            return self
        return Tokens(self.words[:count], self.lower[:count], self.starts[:count], self.ends[:count])


def cut(text: str, whole: Sequence[tuple[int, int, str]] = ()) -> Tokens:
    """All tokens of a folded text, left to right. Each stretch in `whole` is one token, the word given with it."""
    matches = list(_TOKEN.finditer(text))
    words = [match[0] for match in matches]
    starts = [match.start() for match in matches]
    ends = [match.end() for match in matches]
    for start, end, word in reversed(whole):
        inside = slice(bisect_right(ends, start), bisect_left(starts, end))
        if inside.start < inside.stop:
            words[inside], starts[inside], ends[inside] = [word], [start], [end]
    return Tokens(words, [word.lower() for word in words], starts, ends)
