"""The last look before bytes leave: no identifier we know of this person may stand in them, however it is written."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from appliance.redaction.errors import WireCheckError
from appliance.redaction.fold import fold
from appliance.redaction.lexicon import Lexicon

_DIGIT_WORDS: Final = {
    word: str(value)
    for words in (
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    )
    for value, word in enumerate(words)
} | {"oh": "0", "o": "0", "una": "1"}
_WORD: Final = re.compile(r"[^\W\d_]+|\d")
# Fewer digits than this are found in any text by chance: times, prices, counts.
FEWEST_DIGITS: Final = 6
FEWEST_LETTERS: Final = 3
# From so many letters and digits on, several words run together are nobody else's by chance.
FEWEST_GLUED: Final = 9
# How the marks of an address are said aloud.
_SAID: Final = frozenset("at dot dash underscore hyphen arroba punto guion".split())


@dataclass(frozen=True, slots=True)
class KnownIdentifiers:
    """What we know of one person: number, names, and every original of the thread's placeholder map."""

    values: frozenset[str] = field(repr=False)


def check_wire(body: bytes, known: KnownIdentifiers) -> None:
    """Give nothing where none of the known identifiers stands in the body; else raise WireCheckError.

    The error names a digest of the identifier, never the identifier.
    """
    words = list(_words("\n".join(_strings(body))))
    written = Written(f" {' '.join(words)} ", _digit_runs(words), "".join(words), _joined(words))
    for value in sorted(known.values):
        if _stands(list(_words(value)), written):
            digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:12]
            raise WireCheckError(f"a known identifier (digest {digest}) stands in a request to the model")


@dataclass(frozen=True, slots=True)
class Written:
    """A body in the four forms it is searched in: as words, as digits, without any gap, and without words for marks."""

    sentence: str = field(repr=False)
    digits: str = field(repr=False)
    glued: str = field(repr=False)
    unmarked: str = field(repr=False)


def _stands(needle: list[str], written: Written) -> bool:
    number = "".join(word for word in needle if word.isdigit())
    letters = sum(len(word) for word in needle if not word.isdigit())
    if len(number) >= FEWEST_DIGITS and letters <= 2:
        return number[-10:] in written.digits
    if letters + len(number) >= FEWEST_GLUED and len(needle) > 1:  # spelled letter by letter, or run together
        glued = "".join(needle)
        if glued in written.glued or glued in written.unmarked:
            return True
    # A first name that is an ordinary word (Will, Grace) stands in every prompt; with the family name it is checked.
    ordinary = len(needle) == 1 and needle[0] in ordinary_words()
    return letters + len(number) >= FEWEST_LETTERS and not ordinary and f" {' '.join(needle)} " in written.sentence


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    return Lexicon.load().words


def _strings(body: bytes) -> Iterator[str]:
    """Every string a JSON body holds, keys too, and the body as it stands: escapes hide nothing."""
    written = body.decode("utf-8", "replace")
    yield written
    try:
        yield from _inside(json.loads(written))
    except (ValueError, RecursionError):
        return


def _inside(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON is anything
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as words:
                yield words
            case dict() as fields:
                waiting += [*fields, *fields.values()]
            case list() as items:
                waiting += items
            case bool() | None:
                pass
            case number:
                yield str(number)


def _words(text: str) -> Iterator[str]:
    """Folded words; digits one by one, spelled ones among them."""
    for word in _WORD.findall(fold(text).text.casefold()):
        yield _DIGIT_WORDS.get(word, word)


def _joined(words: list[str]) -> str:
    """Everything without a gap, and without the words that stand for an @ or a full stop."""
    return "".join(word for word in words if word not in _SAID)


def _digit_runs(words: list[str]) -> str:
    """The digits in order, words between them as a gap."""
    return "".join(word if word.isdigit() else " " for word in words)
