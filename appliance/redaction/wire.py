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


@dataclass(frozen=True, slots=True)
class KnownIdentifiers:
    """What we know of one person: number, names, and every original of the thread's placeholder map."""

    values: frozenset[str] = field(repr=False)


def check_wire(body: bytes, known: KnownIdentifiers) -> None:
    """Give nothing where none of the known identifiers stands in the body; else raise WireCheckError.

    The error names a digest of the identifier, never the identifier.
    """
    words = list(_words("\n".join(_strings(body))))
    sentence = f" {' '.join(words)} "
    digits = _digit_runs(words)
    for value in sorted(known.values):
        if _stands(list(_words(value)), sentence, digits):
            digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:12]
            raise WireCheckError(f"a known identifier (digest {digest}) stands in a request to the model")


def _stands(needle: list[str], sentence: str, digits: str) -> bool:
    number = "".join(word for word in needle if word.isdigit())
    letters = sum(len(word) for word in needle if not word.isdigit())
    if len(number) >= FEWEST_DIGITS and letters <= 2:
        return number[-10:] in digits
    # A first name that is an ordinary word (Will, Grace) stands in every prompt; with the family name it is checked.
    ordinary = len(needle) == 1 and needle[0] in ordinary_words()
    return letters + len(number) >= FEWEST_LETTERS and not ordinary and f" {' '.join(needle)} " in sentence


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


def _digit_runs(words: list[str]) -> str:
    """The digits in order, words between them as a gap."""
    return "".join(word if word.isdigit() else " " for word in words)
