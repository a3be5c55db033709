"""One plain form of a text for the finders to read, and the way back to the characters as they were written.

Full-width digits, look-alike letters, accents and characters that show nothing are folded away, so that none of them
hides an identifier. Every folded character knows where its original begins and ends.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

# Letters of other alphabets that look like ours (after NFKC and without accents); and marks people type for ours.
_ALIKE: Final = str.maketrans(
    "АВЕКМНОРСТУХЅІЈаеорсухѕіјԁԛԝһкмнтвьӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαενορτυχικı‘’‚‛´`“”„‟«»‐‑‒–—―−﹣－⁃∕⁄·•",
    "ABEKMHOPCTYXSIJaeopcyxsijdqwhkmhtbblABEZHIKMNOPTYXaevoptuxiki''''''" + '""""""' + "----------//..",
)
# Letters with a stroke or joined ones, which no decomposition takes apart.
_STROKES: Final = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "æ": "ae",
        "Æ": "AE",
    }
    | {"œ": "oe", "Œ": "OE", "ß": "ss", "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e"}
)
_SHOWS_NOTHING: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
# All characters that may have to be folded: not those that are printed as ASCII, nor white space.
_SPECIAL: Final = re.compile(r"[^ -~\t\n\r\x0b\x0c]")
_KEPT_CONTROLS: Final = frozenset("\t\n\r\x0b\x0c")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text[i]` came from the original characters `starts[i]` up to `ends[i]`."""

    text: str = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original characters behind a stretch of the folded text."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold a text; a plain one is its own folded form."""
    if text.isascii() and (text.isprintable() or not any(map(_is_control, text))):
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _SPECIAL.finditer(text):
        index = match.start()
        _extend(out, starts, ends, text, done, index)
        done = index + 1
        plain = _plain(match[0])
        if not plain and ends:
            ends[-1] = index + 1  # a mark belongs to the character before it
        for letter in plain:
            out.append(letter)
            starts.append(index)
            ends.append(index + 1)
    _extend(out, starts, ends, text, done, len(text))
    return Folded("".join(out), starts, ends)


def _extend(out: list[str], starts: list[int], ends: list[int], text: str, start: int, end: int) -> None:
    """A stretch of plain characters, each its own folded form."""
    out.append(text[start:end])
    starts.extend(range(start, end))
    ends.extend(range(start + 1, end + 1))


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    if character.isascii():
        return "" if _is_control(character) else character
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character))
    kept = "".join(each for each in apart if unicodedata.category(each) not in _SHOWS_NOTHING)
    return "".join(_digit(each) for each in kept.translate(_ALIKE).translate(_STROKES))


def _digit(character: str) -> str:
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)


def _is_control(character: str) -> bool:
    return character not in _KEPT_CONTROLS and unicodedata.category(character) in _SHOWS_NOTHING
