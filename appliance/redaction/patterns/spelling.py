"""Names spelled out letter by letter: "b e n e d e t t o", "R-E-Y-E-S"."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_LETTERS: Final = re.compile(r"(?<![\w'])[a-z](?:(?: |-|\.|\. | - |, )[a-z]){3,24}(?![\w'])")


def find_spelled_names(text: str) -> Iterator[Found]:
    """Four single letters in a row or more."""
    for match in _LETTERS.finditer(text):
        yield Found(match.start(), match.end(), Label.NAME, "a name spelled letter by letter")
