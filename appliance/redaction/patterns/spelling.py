"""Names and codes spelled out letter by letter: "b e n e d e t t o", "R-E-Y-E-S", "k as in kilo 4471"."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_LETTERS: Final = re.compile(r"(?<![\w'])[a-z](?:(?: |-|\.|\. | - |, )[a-z]){3,24}(?![\w'])")
_PIECE: Final = r"(?:[a-z](?: as in [a-z]{2,14})?|\d{1,8})"
_AS_IN: Final = re.compile(
    rf"(?<![\w'])(?:{_PIECE}[ ,.-]{{1,2}}){{0,8}}[a-z] as in [a-z]{{2,14}}(?:[ ,.-]{{1,2}}{_PIECE}){{0,12}}(?![\w'])"
)


def find_spelled_names(text: str) -> Iterator[Found]:
    """Four single letters in a row or more."""
    for match in _LETTERS.finditer(text):
        yield Found(match.start(), match.end(), Label.NAME, "a name spelled letter by letter")
    if " as in " in text:
        for match in _AS_IN.finditer(text):
            yield Found(match.start(), match.end(), Label.ID, "letters told by words for them")
