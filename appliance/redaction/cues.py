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
# After these comes a name, be it an ordinary word as well, but for those that tell something about the name.
_BY_NAME: Final = re.compile(
    r"\b(?:(?:first|last|family|middle) name|surname|apellido)(?:\s?:| is| es)?\s{1,2}(?!(?:is|es|on|for|not|has|was|"
    r"and|or|same|changed|spelled|in|as|it|only|the|a|again|please|pls|too|with|of|under|be|to|y|en|de|del|con|no|but|did)\b)"
    r"([a-z][a-z'-]{1,24})"
)
# O'malley, d'angelo: a name in whatever letters, but for "o'clock" and its like.
_WITH_A_MARK: Final = re.compile(
    r"(?<![\w'])(?:o'(?!clock|er\b|natural)|d'(?!oh\b|accord|etat|oeuvre|art\b))[a-z]{3,14}(?!\w)"
)
# After these comes a name if the word is one and is not an ordinary word as well.
_LIKELY: Final = re.compile(
    r"(?:\b(?:this is|it's|its|it is|i'm|im|i am|here is|its me(?: again)?,?|it's me(?: again)?,?|soy|soy el|"
    r"soy la|habla|"
    r"le habla|for|with|w|w/|from|thanks|thank you|thx|ty|gracias|saludos|ask for|tell|dr\.?|mr\.?|mrs\.?|ms\.?|"
    r"dra\.?|sra?\.?|"
    r"don|dona|named|(?:mama|papa|hij[oa]|espos[oa]|cunad[oa]|prim[oa]|herman[oa]|abuel[oa]|tia|tio|viuda|mom|"
    r"dad|wife|husband) de|"
    rf"(?:my|our|mi) {_KIN})\s{{1,2}}|(?:^|\s)[-~]\s{{0,2}}|\n)(?=[a-z])"
)
# Days and months are names as well; after "for" and "from" they are none. What else they are, the sentence tells.
_IN_CALENDARS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december christmas easter thanksgiving halloween lunes martes miercoles jueves "
    "viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "navidad".split()
)
# A known name that is all there is between two stops, at the beginning or at the end.
_ALONE: Final = re.compile(
    r"(?:^|[.!?\n]\s{0,2}|[-~]\s{0,2})([a-z]{2,16})(?= here\b|\s?[.,:;(\n]|\s{0,2}$)"
    r"|(?<=[,.] )([a-z]{2,16})(?=,? \(?\d{3}\)?[ .-]?\d{3})"
)
# One letter that signs, or that stands for a first or a family name. Letters that are chat words are left out.
_SIGNED: Final = re.compile(r"(?:[.!?]\s|\n|\s[-~]\s?)([abdefghijlmpstvwz])\.?\s{0,2}$")


def find_names(lower: str, tokens: Tokens, lexicon: Lexicon) -> Iterator[Found]:
    """Names after a cue. Those that are not sure hold unless the tagger is sure of the contrary."""
    for pattern, why, sure in (
        (_ANNOUNCED, "a name after words that announce one", True),
        (_LIKELY, "a known name after words that often come before one", False),
    ):
        for match in pattern.finditer(lower):
            place = bisect_left(tokens.starts, match.end())
            if place < len(tokens) and _fits(tokens.lower[place], lexicon, known_only=not sure):
                last = _last(tokens, place, lexicon)
                yield _found(tokens.starts[place], tokens.ends[last], why, sure=sure)
    for match in _BY_NAME.finditer(lower):
        yield _found(match.start(1), match.end(1), "a name after words that announce one", sure=True)
    for match in _WITH_A_MARK.finditer(lower):
        yield _found(match.start(), match.end(), "a name with its mark", sure=True)
    for match in _ALONE.finditer(lower):
        start, end = match.span(1) if match[1] else match.span(2)
        if lexicon.is_name(lower[start:end]):
            yield _found(start, end, "a known name standing alone", sure=False)
    for match in _SIGNED.finditer(lower):
        yield _found(match.start(1), match.end(1), "a letter that signs", sure=False)


def _found(start: int, end: int, why: str, *, sure: bool) -> Found:
    return Found(start, end, Label.NAME, why, sure, layer="cues")


def _fits(word: str, lexicon: Lexicon, *, known_only: bool) -> bool:
    if not word.isalpha() or len(word) < 2:
        return False
    if known_only:
        return lexicon.is_name(word) and word not in _IN_CALENDARS
    return word not in lexicon.words or word in lexicon.first


def _last(tokens: Tokens, place: int, lexicon: Lexicon) -> int:
    """The last word of the name that begins here."""
    while place + 1 < len(tokens) and lexicon.is_name(tokens.lower[place + 1]) and not _apart(tokens, place):
        place += 1
    return place


def _apart(tokens: Tokens, place: int) -> bool:
    return tokens.starts[place + 1] - tokens.ends[place] != 1
