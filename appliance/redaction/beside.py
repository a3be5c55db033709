"""What stands beside a find and belongs to it: a name's initials, a number's letters, the rest of an e-mail address or
of a user name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from appliance.redaction.lexicon import Lexicon
from appliance.redaction.patterns.found import Found
from appliance.redaction.patterns.handles import PLATFORMS
from appliance.redaction.patterns.mail import HOST_BEHIND, LEADING, PROVIDERS, SAID
from appliance.redaction.values import Label

_INITIAL: Final = re.compile(r"(?<![\w.])([a-z]\.\s{0,1})$")
_INITIAL_AFTER: Final = re.compile(r"\s[b-hj-z](?:\.|(?=[,.\n]|\s{0,2}$))")
_LETTERS: Final = re.compile(r"(?<![\w'])([a-z]{1,4})[ -]$")
# Short words that announce a number and are no part of it; one letter or more, since ordinary words are known anyway.
_ANNOUNCING: Final = frozenset(
    "a i o y e s t no num nr nro id pin ref inv rx po wo acct conf code tag chip dl lic vin ssn ss soc mrn card gate "
    "unit apt bin pcn grp rfc dni ine ein npi dea dob tel cel ext fax exp lot".split()
)

# An address mistyped ("dana@@example.com"), cut short ("dana@example") or told without its end ("dana77 at gmail"):
# where part of it was found, all of it is covered.
_MAIL: Final = re.compile(rf"\w@|\b{PROVIDERS}\b")
_IN_MAIL: Final = frozenset({Label.NAME, Label.ID, Label.EMAIL, Label.ADDRESS})
_SIGN: Final = re.compile(r"\w@{1,3}[a-z]")
_RUN_LENGTH: Final = 64
_RUN_BEFORE: Final = re.compile(r"(?:[\w.+%@-]|'(?=\w)){0,64}")  # read backwards
_RUN_AFTER: Final = re.compile(r"[\w.+%@-]{0,63}\w")
_DIGITS_ALONE: Final = re.compile(r"\d{1,6}@")
_WORD_BEFORE: Final = re.compile(r"(?<!\w)([a-z]{3,30}) \Z")
# Where a text speaks of user names, a name that is held to other words by single marks is part of one: rosa.nails
_USER_NAMES: Final = re.compile(
    rf"\b(?:{PLATFORMS}|whatsapp|linkedin|venmo|cash ?app|paypal|zelle|handle|user|username|login|usuario)\b"
)
_HELD_TOGETHER: Final = re.compile(r"_{0,3}[^\W_]{1,40}(?:(?:\.|_{1,3})[^\W_]{1,40}){1,6}_{0,3}")
_ALOUD_BEFORE: Final = re.compile(r"(?<![^\s])([\w'&+-]{1,24}) \Z")
_MOST_ALOUD: Final = 5


def completed(found: Iterable[Found], lower: str, lexicon: Lexicon) -> Iterator[Found]:
    """Every find with what belongs to it."""
    mail, user_names = bool(_MAIL.search(lower)), bool(_USER_NAMES.search(lower))
    for each in found:
        if each.label is Label.NAME:
            yield _with_initials(each, lower)
        elif each.label is Label.ID and lower[each.start].isdigit():
            yield _with_letters(each, lower, lexicon)
        else:
            yield each
        whole = [*_addresses(each, lower, lexicon)] if mail and each.label in _IN_MAIL else []
        yield from whole
        for address in (each, *whole):
            if address.label is Label.EMAIL:
                yield from _told_aloud(address, lower)
        if user_names and each.label is Label.NAME:
            yield from _user_names(each, lower)


def _addresses(part: Found, lower: str, lexicon: Lexicon) -> Iterator[Found]:
    """The address that the find is part of, if it is: dana@@example.com, dana77 at gmail, dana 77@example.com."""
    start, end = _run(part, lower)
    if _SIGN.search(lower, start, end):
        word = _WORD_BEFORE.search(lower, max(0, start - 32), start) if _DIGITS_ALONE.match(lower, start) else None
        if word and (word[1] not in lexicon.words or lexicon.is_name(word[1])):
            start = word.start()
    elif told := HOST_BEHIND.match(lower, end):
        end = told.end()
    else:
        return
    if (start, end) != (part.start, part.end):
        yield Found(start, end, Label.EMAIL, "the whole of an e-mail address", layer="beside")


def _user_names(part: Found, lower: str) -> Iterator[Found]:
    """The user name that the find is part of, if it is: rosa.nails, its_rosa."""
    start, end = _run(part, lower)
    if (start, end) != (part.start, part.end) and _HELD_TOGETHER.fullmatch(lower, start, end):
        yield Found(start, end, Label.ID, "the whole of a user name", layer="beside")


def _run(part: Found, lower: str) -> tuple[int, int]:
    """The find with all that stands right at it, as far as an address or a user name may go."""
    before = _RUN_BEFORE.match(lower[max(0, part.start - _RUN_LENGTH) : part.start][::-1])
    after = _RUN_AFTER.match(lower, part.end)
    return part.start - (before.end() if before else 0), after.end() if after else part.end


def _told_aloud(part: Found, lower: str) -> Iterator[Found]:
    """The words before it that may be part of it: sunflower mama at example dot com."""
    start = part.start
    if not SAID.search(lower, start, part.end):
        return
    for _ in range(_MOST_ALOUD):
        word = _ALOUD_BEFORE.search(lower, max(0, start - 32), start)
        if word is None or word[1] in LEADING:
            break
        start = word.start()
    if start < part.start:
        yield Found(start, part.end, Label.EMAIL, "the whole of an e-mail address", layer="beside")


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
