"""Names told by the words before them: "my name is", "me llamo", "patient:", a signature under a dash."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from appliance.redaction.lexicon import Lexicon
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import Label

_KIN: Final = (
    r"(?:son|daughter|husband|wife|mom|mother|dad|father|brother|sister|child|boyfriend|girlfriend|partner|fiancee?|"
    r"grandson|granddaughter|nephew|niece)"
)
# After these comes a name, whatever the word.
_ANNOUNCED: Final = re.compile(
    rf"\b(?:my (?:full |first |last |real |maiden )?name is|my names|my name's|my (?:first|last|maiden) name:?|"
    rf"my {_KIN}'s name is|me llamo|mi nombre es|mi nombre:|mi apellido es|(?:mi hij[oa]|mi espos[oa]|mi mama|"
    rf"mi papa) se llama|"
    r"(?:patient|pt|client|guardian|subscriber|paciente|titular|attn)(?: name)?:|name:|nombre:|apellido:|"
    r"signed,)\s{1,3}(?=[a-z])"
)
# After these comes a name if the word is one and is not an ordinary word as well.
_LIKELY: Final = re.compile(
    r"(?:\b(?:this is|it's|its|i'm|im|i am|here is|soy|habla|le habla|for|with|from|thanks|thank you|thx|ty|"
    r"gracias|saludos|"
    r"ask for|dr\.?|mr\.?|mrs\.?|ms\.?|dra\.?|sra?\.?|don|dona)\s{1,2}|(?:^|\s)[-~]\s{0,2}|\n)(?=[a-z])"
)


def find_names(lower: str, tokens: Tokens, lexicon: Lexicon) -> Iterator[Found]:
    """Names after a cue. Only what leaves no doubt; the rest is for the tagger to read."""
    for pattern, why, known_only in (
        (_ANNOUNCED, "a name after words that announce one", False),
        (_LIKELY, "a known name after words that often come before one", True),
    ):
        for match in pattern.finditer(lower):
            place = bisect_left(tokens.starts, match.end())
            if place < len(tokens) and _fits(tokens.lower[place], lexicon, known_only=known_only):
                last = _last(tokens, place, lexicon)
                yield Found(tokens.starts[place], tokens.ends[last], Label.NAME, why, layer="cues")


def _fits(word: str, lexicon: Lexicon, *, known_only: bool) -> bool:
    if not word.isalpha() or len(word) < 2:
        return False
    return lexicon.is_name(word) if known_only else (word not in lexicon.words or word in lexicon.first)


def _last(tokens: Tokens, place: int, lexicon: Lexicon) -> int:
    """The last word of the name that begins here."""
    while place + 1 < len(tokens) and lexicon.is_name(tokens.lower[place + 1]) and not _apart(tokens, place):
        place += 1
    return place


def _apart(tokens: Tokens, place: int) -> bool:
    return tokens.starts[place + 1] - tokens.ends[place] != 1
