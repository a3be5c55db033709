"""Numbers told in words, as dictation writes them: "five one two, five five five, oh one four two"."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_DIGIT_WORD: Final = (
    r"zero|oh|o|one|two|three|four|five|six|seven|eight|nine|cero|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
)
_DIGIT: Final = rf"(?:{_DIGIT_WORD}|\d{{1,4}})"
_TENS: Final = (
    r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fourty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|double|triple|doble|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete"
    r"|dieciocho|diecinueve|veinte|veinti\w{2,6}|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|y)"
)
_WORDS: Final = re.compile(rf"\b(?:{_DIGIT}|{_TENS})(?:[\s,.\-]{{1,5}}(?:{_DIGIT}|{_TENS})){{4,30}}\b")
_ONE: Final = re.compile(rf"{_DIGIT}|{_TENS}")
# Four digits in words are a code, unless somebody counts.
_FOUR: Final = re.compile(
    rf"\b(?:{_DIGIT_WORD})(?:[ ,-]{{1,2}}(?:{_DIGIT_WORD})){{3}}\b(?![ ,-]{{1,2}}(?:{_DIGIT}|{_TENS})\b)"
)
_COUNTED: Final = ("one two three four", "uno dos tres cuatro", "two four six eight")
_LETTERS: Final = re.compile(r"[a-z]")


def find_spoken_numbers(text: str) -> Iterator[Found]:
    """Four number words in a row or more: six and up read as a telephone number, fewer as some other number."""
    for match in _FOUR.finditer(text):
        if " ".join(re.split(r"[ ,-]+", match[0])) not in _COUNTED:
            yield Found(match.start(), match.end(), Label.ID, "four digits told in words")
    for match in _WORDS.finditer(text):
        words = [word for word in re.split(r"[\s,.\-]+", match[0]) if word and word != "y"]
        spoken = [word for word in words if _LETTERS.match(word)]
        if len(words) < 5 or len(spoken) < 3:
            continue
        label = Label.PHONE if len(words) >= 6 else Label.ID
        yield Found(match.start(), match.end(), label, "digits told in words")
