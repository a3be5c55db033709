"""What stands beside a find and belongs to it: the initial of a name, the letters that a number begins with."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from appliance.redaction.lexicon import Lexicon
from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_INITIAL: Final = re.compile(r"(?<![\w.])([a-z]\.\s{0,1})$")
_INITIAL_AFTER: Final = re.compile(r"\s[b-hj-z](?:\.|(?=[,.\n]|\s{0,2}$))")
_LETTERS: Final = re.compile(r"(?<![\w'])([a-z]{1,4})[ -]$")
# Short words that announce a number and are no part of it; one letter or more, since ordinary words are known anyway.
_ANNOUNCING: Final = frozenset(
    "a i o y e s t no num nr nro id pin ref inv rx po wo acct conf code tag chip dl lic vin ssn ss soc mrn card gate "
    "unit apt bin pcn grp rfc dni ine ein npi dea dob tel cel ext fax exp lot".split()
)


def completed(found: Iterable[Found], lower: str, lexicon: Lexicon) -> Iterator[Found]:
    """Every find with what belongs to it."""
    for each in found:
        if each.label is Label.NAME:
            yield _with_initials(each, lower)
        elif each.label is Label.ID and lower[each.start].isdigit():
            yield _with_letters(each, lower, lexicon)
        else:
            yield each


def _with_initials(name: Found, lower: str) -> Found:
    """D. Feinberg, Shaniqua B."""
    before = _INITIAL.search(lower, max(0, name.start - 3), name.start)
    after = _INITIAL_AFTER.match(lower, name.end)
    start = before.start(1) if before else name.start
    return replace(name, start=start, end=after.end() if after else name.end)


def _with_letters(number: Found, lower: str, lexicon: Lexicon) -> Found:
    """DHS 0417720, w 44718 0"""
    letters = _LETTERS.search(lower, max(0, number.start - 6), number.start)
    if letters is None or letters[1] in _ANNOUNCING or (len(letters[1]) > 1 and letters[1] in lexicon.words):
        return number
    return replace(number, start=letters.start(1))
