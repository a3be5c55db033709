"""The desk's own lists: words that stay (its name, its street, staff it chooses to show) and words that never do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.redaction.fold import fold
from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label


@dataclass(frozen=True, slots=True)
class Phrases:
    """A list of words or phrases, known again in any case, with any accent and any white space."""

    pattern: re.Pattern[str] | None

    @staticmethod
    def of(words: Iterable[str]) -> "Phrases":
        plain = {" ".join(fold(word).text.lower().split()) for word in words} - {""}
        if not plain:
            return Phrases(None)
        # The longest first, so that a phrase is met whole before a word of it.
        ordered = sorted(plain, key=lambda phrase: (-len(phrase), phrase))
        either = "|".join(r"\s{1,3}".join(map(re.escape, phrase.split(" "))) for phrase in ordered)
        return Phrases(re.compile(rf"(?<!\w)(?:{either})(?!\w)"))

    def places(self, lower: str) -> list[tuple[int, int]]:
        """Where the phrases stand in a folded, lower-case text."""
        return [match.span() for match in self.pattern.finditer(lower)] if self.pattern else []


def blocked(lower: str, block: Phrases) -> Iterator[Found]:
    """Every place of a blocked phrase; what holds a digit is an ID, else a name."""
    for start, end in block.places(lower):
        label = Label.ID if any(each.isdigit() for each in lower[start:end]) else Label.NAME
        yield Found(start, end, label, "on the desk's block list", layer="lists")


def without(found: Iterable[Found], lower: str, allow: Phrases) -> Iterator[Found]:
    """Leave out what lies wholly inside an allowed phrase: Dana of the desk stays, Dana Reyes is somebody else."""
    places = allow.places(lower)
    for each in found:
        if not any(start <= each.start and each.end <= end for start, end in places):
            yield each
