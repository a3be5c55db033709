"""What the tagger reads of each token: the word, its shape, its neighbours, the lists, and what the patterns saw."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.redaction.errors import ArtefactError
from appliance.redaction.lexicon import LEXICA, Lexicon
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.usage import NOWHERE, TABLE, Usage

# Of the features and of the sums that the nets make of them.
VERSION: Final = "5"
# Words that are remembered with what is known of them; the rest are worked out again.
REMEMBERED: Final = 6_000
# Longer words are told by their first letters, and not remembered.
LONGEST: Final = 24
_LONGEST_HEALTH: Final = 7
_REPEATED: Final = re.compile(r"(.)\1+")
_CUES: Final = ("idnoun", "gateword", "handleword", "phonecue", "placecue", "dobcue", "pet", "kin", "title", "announce")
_REACH: Final = 5
# What a post in public often bears and a message to a shop seldom: a handle, a hashtag (no #wx4471), a short link.
_POSTED: Final = re.compile(r"(?<![\w@#/])(?:@+(?=[^\W\d])|#+(?=[^\W\d_]{3,}(?![\w-])))|://t\.co/")
# Classes that leave a word what it is: a name, an ordinary word or neither.
_ASIDE: Final = frozenset({"ask", "es", "brand", "petname"})


@dataclass(frozen=True, slots=True)
class Word:
    """What a word tells by itself; `usage` is its row in the table of that."""

    text: str
    own: tuple[str, ...]
    kind: str
    classes: frozenset[str]
    usage: int


@dataclass(slots=True)
class Reader:
    """Turns tokens into features. Holds the lists and a bounded memory of words."""

    lexicon: Lexicon = field(repr=False)
    classes: dict[str, tuple[str, ...]] = field(repr=False)
    health: dict[str, tuple[tuple[str, ...], ...]] = field(repr=False)
    usage: Usage = field(repr=False)
    _memory: dict[str, Word] = field(default_factory=dict, repr=False)

    @staticmethod
    def load(lexicon: Lexicon, folder: Path = LEXICA) -> "Reader":
        """Raises ArtefactError where a list is missing."""
        try:
            classes, health = _by_word(folder / "classes.txt"), _phrases(folder / "health.txt")
        except (OSError, ValueError) as error:
            raise ArtefactError("the lists of words cannot be read", remedy="install Nightdesk again") from error
        return Reader(lexicon, classes, health, Usage.load(folder / TABLE))

    def read(self, text: str, tokens: Tokens, hints: Sequence[Found]) -> tuple[list[Word], list[list[str]]]:
        """What each token tells by itself, and what by where it stands: a list of features for each."""
        words = [self._word(word) for word in tokens.words]
        rows: list[list[str]] = [[] for _ in words]
        _add_places(rows, text, tokens)
        _add_cues(rows, words)
        _add_hints(rows, tokens, hints)
        self._add_health(rows, tokens)
        _add_whole(rows, words, tokens, text)
        return words, rows

    def _word(self, word: str) -> Word:
        known = self._memory.get(word)
        if known is None:
            known = self._work_out(word)
            if len(self._memory) < REMEMBERED and len(word) <= LONGEST:
                self._memory[word] = known
        return known

    def _work_out(self, word: str) -> Word:
        lower = word.lower()
        classes = self.classes.get(lower, ())
        first, last = self.lexicon.first.get(lower, ""), self.lexicon.last.get(lower, "")
        ordinary = lower in self.lexicon.words
        squeezed = _REPEATED.sub(r"\1", lower)
        shape = _shape(word)
        # The word itself comes first: training often withholds it.
        own = [f"w={lower[:LONGEST]}", f"s={shape}", f"n={min(len(word), 12)}"]
        if lower.isalpha():
            own += [f"p{size}={lower[:size]}" for size in (1, 2, 3, 4)]
            own += [f"e{size}={lower[-size:]}" for size in (1, 2, 3, 4)]
            own.append(f"g={first}/{last}/{ordinary:d}")
            own.append(f"g2={first}/{ordinary:d}/{shape}")
            if not (first or last or ordinary) and squeezed != lower:
                own.append(f"sq={self.lexicon.first.get(squeezed, '')}{self.lexicon.last.get(squeezed, '')}")
            own += [f"c3={lower[place : place + 3]}" for place in range(1, min(len(lower) - 3, 8))]
        own += [f"c={name}" for name in classes]
        kind = _kind(lower, shape, first, last, ordinary, classes)
        own.append(f"k={kind}")
        row = self.usage.row(lower)
        if row != NOWHERE or lower.isalpha():
            own += self.usage.tells(row, shape)
        return Word(word, tuple(own), kind, frozenset(classes), row)

    def _add_health(self, rows: list[list[str]], tokens: Tokens) -> None:
        index = 0
        while index < len(rows):
            length = self._health_length(tokens.lower, index)
            for place in range(index, index + length):
                rows[place].append("h=B" if place == index else "h=I")
            index += max(1, length)

    def _health_length(self, lower: Sequence[str], index: int) -> int:
        for phrase in self.health.get(lower[index], ()):
            if tuple(lower[index : index + len(phrase)]) == phrase:
                return len(phrase)
        return 0


def bears_marks_of_a_post(text: str) -> bool:
    return _POSTED.search(text) is not None


def _shape(word: str) -> str:
    if word.isdigit():
        return f"d{min(len(word), 17)}"
    if word.isalpha():
        if word.islower():
            return "x"
        return (
            ("X" if len(word) > 1 else "X1")
            if word.isupper()
            else ("Xx" if word[0].isupper() and word[1:].islower() else "xX")
        )
    if word.isalnum():
        return "m" + "".join("d" if each.isdigit() else "x" for each in word[:8])
    if word[0] == "<" and len(word) > 2:
        return word
    return "'" if "'" in word and len(word) > 1 else word[0]


def _kind(lower: str, shape: str, first: str, last: str, ordinary: bool, classes: Sequence[str]) -> str:  # noqa: FBT001
    if not lower.isalpha():
        return shape
    if classes and classes[0] not in _ASIDE:
        return classes[0]
    if (first or last) and not ordinary:
        return f"F{first}" if first else f"L{last}"
    if first or last:
        return "dbl" if first in ("A", "B", "C") or last in ("A", "B") else "dbl2"
    if classes:
        return classes[0]
    return "ord" if ordinary else "unk"


def _add_places(rows: list[list[str]], text: str, tokens: Tokens) -> None:
    last = len(rows) - 1
    starts, ends = tokens.starts, tokens.ends
    for index, row in enumerate(rows):
        if index == 0 or "\n" in text[ends[index - 1] : starts[index]]:
            row.append("bol")
        elif starts[index] == ends[index - 1]:
            row.append("glued")
        if index == last or "\n" in text[ends[index] : starts[index + 1]]:
            row.append("eol")
        row.append(f"at={min(index, 4)}")
        row.append(f"to={min(last - index, 4)}")


def _add_cues(rows: list[list[str]], words: Sequence[Word]) -> None:
    """The nearest word of each telling class within reach, to the left; kin and pets to the right as well."""
    seen: dict[str, int] = {}
    for index, word in enumerate(words):
        rows[index] += [f"L{name}={index - place}" for name, place in seen.items() if index - place <= _REACH]
        for name in _CUES:
            if name in word.classes:
                seen[name] = index


def _add_hints(rows: list[list[str]], tokens: Tokens, hints: Sequence[Found]) -> None:
    ordered = sorted(hints, key=lambda found: found.start)
    for found in ordered:
        inside = tokens.inside(found.start, found.end)
        for index in range(inside.start, inside.stop):
            place = "B" if index == inside.start else "I"
            rows[index].append(f"P={place}{found.label}{found.sure:d}")
        if 0 < inside.start < inside.stop:
            rows[inside.start - 1].append(f"P+={found.label}")
        if inside.start < inside.stop < len(rows):
            rows[inside.stop].append(f"P-={found.label}")


def _add_whole(rows: list[list[str]], words: Sequence[Word], tokens: Tokens, text: str) -> None:
    """What the whole text is like: its case, its tongue, whether an animal is in it, whether it is a post."""
    alphabetic = [word for word in tokens.words if word[0].isalpha()]
    capital = sum(word[0].isupper() for word in alphabetic)
    shouted = sum(word.isupper() and len(word) > 1 for word in alphabetic)
    case = "lower" if capital == 0 else "upper" if shouted * 2 > len(alphabetic) else "mixed" if capital > 1 else "one"
    spanish = sum("es" in word.classes for word in words) * 5 > len(words)
    animal = any("pet" in word.classes for word in words)
    posted = bears_marks_of_a_post(text)
    for row, word in zip(rows, words, strict=True):
        row.append(f"case={case}")
        row.append(f"case={case}|{word.kind}")
        row.append(f"pet={animal:d}|{'h=B' in row or 'h=I' in row:d}")
        if animal:
            row.append(f"pet|{word.kind}")
        if spanish:
            row.append("es")
        if posted:
            row += ["posted", f"posted|{word.kind}"]


def _by_word(path: Path) -> dict[str, tuple[str, ...]]:
    from appliance.redaction.fold import fold

    table: dict[str, list[str]] = {}
    for name, entries in _sections(path):
        for entry in entries:
            for word in {entry, fold(entry).text}:
                table.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in table.items()}


def _phrases(path: Path) -> dict[str, tuple[tuple[str, ...], ...]]:
    from appliance.redaction.fold import fold
    from appliance.redaction.tokens import cut

    table: dict[str, set[tuple[str, ...]]] = {}
    for _, entries in _sections(path):
        for entry in entries:
            phrase = tuple(cut(fold(entry).text).lower)
            if phrase:
                table.setdefault(phrase[0], set()).add(phrase[:_LONGEST_HEALTH])
    return {word: tuple(sorted(phrases, key=len, reverse=True)) for word, phrases in table.items()}


def _sections(path: Path) -> Iterable[tuple[str, list[str]]]:
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            name = line[1:]
        elif line and not (line.startswith("#") and "|" not in line):
            yield name, line.split("|")
