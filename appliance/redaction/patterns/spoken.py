"""Numbers told in words, as dictation writes them: "five one two, five five five, oh one four two"."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.values import Label

_ENGLISH: Final = r"zero|oh|o|one|two|three|four|five|six|seven|eight|nine"
_SPANISH: Final = r"cero|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
_DIGIT: Final = rf"(?:{_ENGLISH}|{_SPANISH}|\d{{1,4}})"
_TENS: Final = (
    r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fourty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|double|triple|doble|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete"
    r"|dieciocho|diecinueve|veinte|veinti\w{2,6}|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|y)"
)
_WORDS: Final = re.compile(rf"\b(?:{_DIGIT}|{_TENS})(?:[\s,.\-]{{1,5}}(?:{_DIGIT}|{_TENS})){{3,30}}\b")
# Words of one tongue: to the other "o" is "or".
_ALL_DIGITS: Final = re.compile(rf"(?:(?:{_ENGLISH}) )+|(?:(?:{_SPANISH}) )+")
_LETTERS: Final = re.compile(r"[a-z]")


def find_spoken_numbers(text: str) -> Iterator[Found]:
    """Four number words in a row or more: six and up read as a telephone number, fewer as some other number."""
    for match in _WORDS.finditer(text):
        words = [word for word in re.split(r"[\s,.\-]+", match[0]) if word and word != "y"]
        spoken = [word for word in words if _LETTERS.match(word)]
        if len(spoken) < 3 or (len(words) < 5 and not _is_code(words)):
            continue
        label = Label.PHONE if len(words) >= 6 else Label.ID
        yield Found(match.start(), match.end(), label, "digits told in words")


def _is_code(words: Sequence[str]) -> bool:
    """Four digits, each in words: one nine eight eight."""
    return len(words) == 4 and _ALL_DIGITS.fullmatch(" ".join(words) + " ") is not None
