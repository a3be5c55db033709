"""A small language for rules over words: concepts with their words, and rules that ask for concepts near each other.

A lexicon maps a CONCEPT to words, phrases and stems (`bleed*`). A rule names concepts or single small words in order:
`A B` lets two words stand between, `A .. B` six, `A & B` any order within fourteen words; `A/B` is either,
`!A` at the end refuses a sentence that holds A. Matching takes time in proportion to the text.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

from appliance.intake.normal import STOP

NEAR: Final = 2
FAR: Final = 6
TOGETHER: Final = 14
_SHORTEST_STEM: Final = 3
_VOWELS: Final = "aeiou"

Span = tuple[int, int]
Chained = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule was met: for each of its chains the spans of words that its parts took."""

    rule: "Rule"
    chains: tuple[Chained, ...]

    @property
    def start(self) -> int:
        """The first word of the rule's first chain."""
        return self.chains[0][0][0]


@dataclass(frozen=True)
class Tagged:
    """A text's words, with the places where each concept and each single word stands."""

    words: tuple[str, ...]
    places: Mapping[str, Sequence[Span]]

    @cached_property
    def stops(self) -> tuple[int, ...]:
        """How many STOPs stand before each word."""
        return (0, *accumulate(word == STOP for word in self.words))

    def one_sentence(self, start: int, end: int) -> bool:
        """Whether no STOP stands between the two places."""
        return self.stops[start] == self.stops[end]

    def within(self, name: str, start: int, end: int) -> bool:
        """Whether a concept begins somewhere from `start` up to `end`."""
        spans = self.places.get(name, ())
        found = bisect_left(spans, (start, 0))
        return found < len(spans) and spans[found][0] < end

    def sentence(self, place: int) -> Span:
        """The bounds of the sentence around a word."""
        mine = self.stops[place]
        return bisect_left(self.stops, mine), bisect_left(self.stops, mine + 1)


class Lexicon:
    """Concepts and their words. Misspelt words of `careful` length are read as the nearest word of the lexicon."""

    def __init__(self, concepts: Mapping[str, str], *, misspelt: Iterable[str] = (), real: Iterable[str] = ()) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._stems: dict[str, list[str]] = {}
        for name, listed in concepts.items():
            for entry in listed.split(","):
                self._add(name, entry.strip())
        self._longest_stem = max(map(len, self._stems), default=0)
        known = frozenset(real) | frozenset(self._phrases)
        self._misspelt = {typo: word for word in misspelt for typo in typos(word) if typo not in known}

    def _add(self, name: str, entry: str) -> None:
        if entry.endswith("*"):
            self._stems.setdefault(entry[:-1], []).append(name)
            return
        first, *rest = entry.split()
        self._phrases.setdefault(first, []).append((tuple(rest), name))

    def tag(self, written: Sequence[str]) -> Tagged:
        """The places of every concept and word in a text."""
        read = tuple(self._spelt(word) for word in written)
        places: dict[str, list[Span]] = {}
        for at, word in enumerate(read):
            for name in {word, *self._stemmed(word)}:
                places.setdefault(name, []).append((at, at + 1))
            for rest, name in self._phrases.get(word, ()):
                end = at + 1 + len(rest)
                if read[at + 1 : end] == rest:
                    places.setdefault(name, []).append((at, end))
        return Tagged(read, places)

    def _spelt(self, word: str) -> str:
        if word in self._phrases or len(word) < 4:
            return word
        single = "".join(letter for letter, after in pairwise(word + " ") if letter != after)
        if single != word and single in self._phrases:
            return single
        return self._misspelt.get(word, word)

    def _stemmed(self, word: str) -> Iterator[str]:
        for length in range(_SHORTEST_STEM, min(len(word), self._longest_stem) + 1):
            yield from self._stems.get(word[:length], ())


def struck(tagged: Tagged, figures: "Rulebook", lexicon: Lexicon) -> Tagged:
    """The text again without the words that a rulebook matches: they only sound like what is looked for."""
    places = {
        place
        for match in figures.matches(tagged)
        for chain in match.chains
        for place in range(chain[0][0], chain[-1][1])
    }
    if not places:
        return tagged
    return lexicon.tag(tuple("_" if at in places else word for at, word in enumerate(tagged.words)))


def typos(word: str) -> set[str]:
    """Near misses of a word: a letter lost, doubled, swapped with the next, or another vowel. The first stays."""
    lost = {word[:n] + word[n + 1 :] for n in range(1, len(word))}
    doubled = {word[:n] + word[n] + word[n:] for n in range(1, len(word))}
    swapped = {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)}
    voiced = {word[:n] + vowel + word[n + 1 :] for n in range(1, len(word)) if word[n] in _VOWELS for vowel in _VOWELS}
    return (lost | doubled | swapped | voiced) - {word}


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts in order, each part a choice of concepts, with the most words that may stand before the next."""

    parts: tuple[tuple[str, ...], ...]
    gaps: tuple[int, ...]

    def found(self, tagged: Tagged) -> list[Chained]:
        """Every place where the chain is met, from the left: the span of each of its parts."""
        spans = [sorted(span for name in part for span in tagged.places.get(name, ())) for part in self.parts]
        return [chained for first in spans[0] if (chained := self._onward(first, spans, tagged))]

    def _onward(self, first: Span, spans: list[list[Span]], tagged: Tagged) -> Chained | None:
        chained = [first]
        for gap, later in zip(self.gaps, spans[1:], strict=True):
            end = chained[-1][1]
            at = bisect_left(later, (end, 0))
            if at == len(later) or later[at][0] - end > gap or not tagged.one_sentence(end, later[at][0]):
                return None
            chained.append(later[at])
        return tuple(chained)


@dataclass(frozen=True, slots=True)
class Rule:
    """Chains to be met near each other. `flags` mean something to the caller alone."""

    written: str
    chains: tuple[Chain, ...]
    refused: tuple[str, ...] = ()
    flags: str = ""

    def matches(self, tagged: Tagged) -> Iterator[Match]:
        """Every place where the rule is met, from the left."""
        first, *others = [chain.found(tagged) for chain in self.chains] if self._possible(tagged) else [[]]
        for anchor in first:
            near = [_nearest(anchor, other) for other in others]
            chained = (anchor, *(one for one in near if one))
            if len(chained) == len(self.chains) and not self._refuses(chained, tagged):
                yield Match(self, chained)

    def _possible(self, tagged: Tagged) -> bool:
        return all(any(name in tagged.places for name in part) for chain in self.chains for part in chain.parts)

    def _refuses(self, chained: tuple[Chained, ...], tagged: Tagged) -> bool:
        begin, _ = tagged.sentence(min(one[0][0] for one in chained))
        _, end = tagged.sentence(max(one[-1][1] for one in chained) - 1)
        return any(tagged.within(name, begin, end) for name in self.refused)


def _nearest(anchor: Chained, others: list[Chained]) -> Chained | None:
    at = bisect_left(others, anchor[0][0] - TOGETHER, key=lambda one: one[0][0])
    near = at < len(others) and others[at][0][0] <= anchor[-1][1] + TOGETHER
    return others[at] if near else None


class Rulebook:
    """Rules in their order, found by the words that can begin them, so that a text meets few of them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._beginning: dict[str, list[int]] = {}
        for number, rule in enumerate(self._rules):
            for name in rule.chains[0].parts[0]:
                self._beginning.setdefault(name, []).append(number)

    def matches(self, tagged: Tagged) -> Iterator[Match]:
        """Every match of every rule."""
        numbers = {number for name in tagged.places for number in self._beginning.get(name, ())}
        for number in sorted(numbers):
            yield from self._rules[number].matches(tagged)


def parse_sections(listed: str, *, strict: Container[str] = ()) -> dict[str, Rulebook]:
    """The rules under each [name], `flags:` before one if any. Under a strict name `A B` lets nothing between."""
    sections: dict[str, list[Rule]] = {}
    name = ""
    for line in (whole.split("#")[0].strip() for whole in listed.splitlines()):
        if line.startswith("["):
            name = line.strip("[]")
        elif line:
            rule = parse_rule(line, near=0 if name in strict else NEAR)
            sections.setdefault(name, []).append(rule)
    return {name: Rulebook(rules) for name, rules in sections.items()}


def parse_rule(line: str, *, near: int = NEAR) -> Rule:
    """A rule as it is written in a table."""
    flags, colon, body = line.partition(":")
    tokens = (body if colon else line).split()
    asked = " ".join(token for token in tokens if not token.startswith("!"))
    refused = tuple(token[1:] for token in tokens if token.startswith("!"))
    chains = tuple(_chain(written.split(), near) for written in asked.split(" & "))
    return Rule(line, chains, refused, flags.strip() if colon else "")


def _chain(tokens: list[str], near: int) -> Chain:
    parts = tuple(tuple(written.split("/")) for written in tokens if written != "..")
    gaps = tuple(FAR if before == ".." else near for before, after in pairwise(tokens) if after != "..")
    return Chain(parts, gaps)


def parse_lexicon(listed: str) -> dict[str, str]:
    """`NAME: word, word` a line; a line that begins with a space goes on with the one before."""
    lines = [line for line in listed.splitlines() if line.strip() and not line.startswith("#")]
    joined = "\n".join(lines).replace("\n  ", " ")
    return dict(line.split(": ", 1) for line in joined.splitlines())
