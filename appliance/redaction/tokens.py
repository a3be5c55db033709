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

    def first(self, count: int) -> "Tokens":
        """The tokens up to a count."""
        if len(self.words) <= count:
            return self
        return Tokens(self.words[:count], self.lower[:count], self.starts[:count], self.ends[:count])


def cut(text: str, whole: Sequence[tuple[int, int, str]] = ()) -> Tokens:
    """All tokens of a folded text, left to right. Each stretch in `whole` is one token, the word given with it."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    upcoming = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        while upcoming < len(whole) and whole[upcoming][1] <= start:
            upcoming += 1
        if upcoming < len(whole) and start < whole[upcoming][1] and end > whole[upcoming][0]:
            if starts and starts[-1] == whole[upcoming][0]:
                continue
            start, end, word = whole[upcoming]
        else:
            word = match[0]
        words.append(word)
        starts.append(start)
        ends.append(end)
    return Tokens(words, [word.lower() for word in words], starts, ends)
