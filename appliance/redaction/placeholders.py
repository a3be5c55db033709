"""Placeholders: what stands in a text where an identifier was, the same for the same person all through a thread."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from appliance.redaction.errors import RedactionError, UnknownPlaceholderError, failing_closed
from appliance.redaction.fold import fold
from appliance.redaction.redacted import MAKER, RedactedText
from appliance.redaction.relative import tell
from appliance.redaction.values import Label, Span

VERSION: Final = 1
# Whatever begins like one of ours is taken for one: a model that writes [Name 7] must not slip past the check.
SHAPE: Final = re.compile(
    r"\[\s{0,3}(" + "|".join(Label) + r")(?![A-Za-z])[\s_#-]{0,3}(\d{0,6})(?:[^\[\]\n]{0,80})\]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One identifier of a thread. `words` is what it is known again by, in folded form."""

    label: Label
    number: int
    original: str = field(repr=False)
    words: frozenset[str] = field(repr=False)

    @property
    def token(self) -> str:
        return f"[{self.label}_{self.number}]"

    def is_also(self, words: frozenset[str]) -> bool:
        """Dana is Dana Reyes, whichever came first; every other label must be the same throughout."""
        if self.label is Label.NAME:
            return words <= self.words or self.words <= words
        return words == self.words


@dataclass(frozen=True, slots=True)
class PlaceholderMap:
    """All placeholders of one thread. Frozen: `redact` gives back a longer one. Sealed with the person's key."""

    known: tuple[Placeholder, ...] = field(default=(), repr=False)

    def original(self, token: str) -> str:
        """What stands behind a token. Raises UnknownPlaceholderError."""
        for placeholder in self.known:
            if placeholder.token == token:
                return placeholder.original
        raise UnknownPlaceholderError("a placeholder that this thread never gave out")

    def place(self, label: Label, original: str) -> tuple[Placeholder, "PlaceholderMap"]:
        """The placeholder of an identifier, and the map that knows it."""
        words = _words(label, original)
        for index in range(len(self.known) - 1, -1, -1):
            met = self.known[index]
            if met.label is label and met.is_also(words):
                wider = replace(met, words=met.words | words)
                return wider, PlaceholderMap((*self.known[:index], wider, *self.known[index + 1 :]))
        number = 1 + sum(each.label is label for each in self.known)
        new = Placeholder(label, number, original, words)
        return new, PlaceholderMap((*self.known, new))

    def to_json(self) -> str:
        known = [[str(each.label), each.number, each.original, sorted(each.words)] for each in self.known]
        return json.dumps({"v": VERSION, "known": known})

    @staticmethod
    def from_json(sealed_text: str) -> "PlaceholderMap":
        """The inverse of `to_json`. Raises RedactionError on anything else."""
        try:
            read = json.loads(sealed_text)
            version = read["v"]
            known = tuple(
                Placeholder(Label(label), int(number), str(original), frozenset(map(str, words)))
                for label, number, original, words in read["known"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise RedactionError("the placeholder map of a thread cannot be read") from error
        if version != VERSION:
            raise RedactionError(f"the placeholder map of a thread is of version {version}, not {VERSION}")
        return PlaceholderMap(known)


def redact(
    text: str,
    spans: Iterable[Span],
    known: PlaceholderMap,
    *,
    labels: Iterable[Label],
    now: int,
    zone: tzinfo,
) -> tuple[RedactedText, PlaceholderMap]:
    """Put a placeholder in place of each span with one of `labels`. `now` is in milliseconds; dates are told from it.

    Words that look like a placeholder but were written by a person get one of their own, so that nobody can borrow
    a neighbour's name by typing [NAME_1]. Raises RedactionError where that cannot be done: then nothing may leave.
    """
    with failing_closed("words could not be replaced by placeholders"):
        today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
        out: list[str] = []
        done = 0
        for span in _apart(text, spans, frozenset(labels)):
            original = text[span.start : span.end]
            placeholder, known = known.place(span.label, original)
            told = tell(original, today) if span.label is Label.DATE else ""
            out += [text[done : span.start], f"{placeholder.token[:-1]}: {told}]" if told else placeholder.token]
            done = span.end
    return RedactedText("".join([*out, text[done:]]), MAKER), known


def restore(text: str, known: PlaceholderMap) -> str:
    """Put the words back. Raises UnknownPlaceholderError for a placeholder that this thread never gave out."""

    def original(match: re.Match[str]) -> str:
        return known.original(f"[{match[1].upper()}_{match[2]}]")

    return SHAPE.sub(original, text)


def _words(label: Label, original: str) -> frozenset[str]:
    folded = fold(original).text.casefold()
    if label is Label.NAME:
        return frozenset(re.findall(r"[^\W_]+", folded)) or frozenset({folded})
    digits = "".join(character for character in folded if character.isdigit())
    if label is Label.PHONE and len(digits) >= 7:
        return frozenset({digits[-10:]})
    return frozenset({" ".join(folded.split())})


def _apart(text: str, spans: Iterable[Span], labels: frozenset[Label]) -> list[Span]:
    """The wanted spans and the look-alikes, sorted, joined where they overlap."""
    alike = (Span(found.start(), found.end(), Label.ID) for found in SHAPE.finditer(text))
    joined: list[Span] = []
    for span in sorted([*(each for each in spans if each.label in labels), *alike], key=lambda each: each.start):
        if joined and span.start < joined[-1].end:
            joined[-1] = replace(joined[-1], end=max(span.end, joined[-1].end))
        elif span.end > span.start:
            joined.append(span)
    return joined
