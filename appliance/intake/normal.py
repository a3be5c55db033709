"""One plain form of a text for the rules of intake: small letters without accents, disguises or decoration."""

import re
from typing import Final

from appliance.redaction.fold import fold

# A full stop ends what a negation reaches; a comma only interrupts. Both stay in the stream as words of their own.
STOP: Final = "."
PAUSE: Final = ","

# Letters drawn as symbols, which no Unicode form folds: squared, circled, flag and small-capital letters.
_DRAWN: Final = {base + n: chr(97 + n) for base in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6) for n in range(26)} | {
    ord(drawn): plain for drawn, plain in zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)
}
_WORD: Final = re.compile(r"\d+(?:[.,:]\d+)+|[^\W_]+(?:'[^\W_]+)*|[.!?;\n]+|[,:()\"/–—]| - ")
_RUN: Final = re.compile(r"([a-z])\1\1+")
_SPACED: Final = re.compile(r"\b(?:[a-z][ .\-_*]{1,2}){3,}[a-z]\b")


def plain(text: str) -> str:
    """The text in small plain letters. Hidden, full-width, look-alike and drawn letters become what they look like."""
    return fold(text.translate(_DRAWN)).text.lower()


# Words that would turn into another word without their apostrophe.
_SAID: Final = {"od'd": "overdosed", "od'ing": "overdosing"}


def words(text: str) -> tuple[str, ...]:
    """The words of a text in plain form, apostrophes dropped, with STOP and PAUSE where the writer paused."""
    found = _WORD.findall(join_spaced(plain(text)))
    return tuple(_word(one) if one[0].isalnum() else _mark(one) for one in found)


def join_spaced(text: str) -> str:
    """`s t o p` and `s.t.o.p` as one word."""
    return _SPACED.sub(lambda spaced: re.sub(r"[^a-z]", "", spaced.group()), text)


def _word(one: str) -> str:
    return _SAID.get(one) or _RUN.sub(r"\1\1", one).replace("'", "")


def _mark(one: str) -> str:
    return STOP if one[0] in ".!?;\n" else PAUSE
