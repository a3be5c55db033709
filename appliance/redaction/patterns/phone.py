"""Telephone numbers in digits, checked against the North American plan and the international form; extensions too."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_RUN: Final = re.compile(r"(?<![\w.#$/-])(?:\+\s?|\(\s?)?\d(?:[ ().\-/+]{0,3}\d){5,15}(?![\w])")
_ONE_BY_ONE: Final = re.compile(r"(?<![\w.,/-])\d(, |[ ,.\-/])\d(?:\1\d){5}(?:(?:\1\d){3,4})?(?!\w|[ ,.\-/]{1,2}\d)")
_EXTENSION: Final = re.compile(r"[ ,;]{0,3}(?:ext(?:ension)?\.?|x|ex\.?|extn\.?|anexo)[ :#.]{0,2}\d{1,6}(?!\w)")
_CUED: Final = re.compile(
    r"(?:\b(?:phone|cell|cel|celular|mobile|tel|telefono|number|numero|nro|num|ph|call|llam[ae]\w{0,4}|"
    r"text(?: me)?|txt|"
    r"reach(?: me)?|contact(?: me)?|whatsapp|wa|fax|dial|ring|home|casa)\b)[^\d\n]{0,24}$"
)
_MONEY: Final = re.compile(r"(?:[$€]|usd|mxn)\s?$")
# What groups of digits a person writes a number in, without the country's 1.
_GROUPINGS: Final = frozenset(
    {(3, 3, 4), (3, 7), (6, 4), (3, 4), (10,), (3, 4, 3), (2, 4, 4), (3, 2, 2), (3, 3, 2, 2), (3, 3, 3), (3, 2, 2, 2)}
)


def find_phones(text: str) -> Iterator[Found]:
    for match in _ONE_BY_ONE.finditer(text):
        yield Found(match.start(), match.end(), Label.PHONE, "digits one by one")
    for match in _RUN.finditer(text):
        why = _check(match[0], text[max(0, match.start() - 40) : match.start()])
        if why:
            extension = _EXTENSION.match(text, match.end())
            yield Found(match.start(), extension.end() if extension else match.end(), Label.PHONE, why)


def _check(written: str, before: str) -> str:
    """Why this is a number, or "" if it is none."""
    groups = re.findall(r"\d+", written)
    digits = "".join(groups)
    if _MONEY.search(before):
        return ""
    if written.startswith("+") and 8 <= len(digits) <= 15:
        return "a number in international form"
    if len(digits) == 11 and digits[0] == "1" and _nanp(digits[1:]):
        return "a North American number with its 1"
    sizes = tuple(map(len, groups))
    if len(digits) == 10 and _nanp(digits) and (sizes in _GROUPINGS or max(sizes) <= 4):
        return "a North American number"
    cued = bool(_CUED.search(before))
    if len(digits) == 7 and sizes == (3, 4) and digits[0] in "23456789" and (written[3] in "-. " or cued):
        return "a local number"
    if cued and 7 <= len(digits) <= 15 and not _dated(groups):
        return "digits after a word for telephone"
    if len(digits) == 10 and sizes == (2, 4, 4):
        return "a number of ten digits in groups"
    return ""


def _nanp(digits: str) -> bool:
    return digits[0] in "23456789" and digits[3] in "23456789"


def _dated(groups: list[str]) -> bool:
    return len(groups) == 3 and len(groups[0]) <= 2 and len(groups[1]) <= 2 and len(groups[2]) in (2, 4)
