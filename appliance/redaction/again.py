"""What a name found once says about the rest of the text, and what lies beyond the tagger's reach."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from appliance.redaction.layers import READ
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import Label

# The tagger reads this many tokens: more than the longest text message has. It bounds the time for any input.
REACH: Final = 330
_SHORTEST: Final = 3
# Far out, so many words between two that are covered are covered too: the elm of 1420 Elm Street.
_BETWEEN: Final = 2
# Ordinary words that spell numbers, days and addresses of mail.
_TELLING: Final = frozenset(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double triple "
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth january february march april "
    "may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec at dot "
    "dash underscore hyphen com net org street avenue road lane drive court circle boulevard place apartment suite "
    "unit box lot north south east west cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece "
    "catorce quince veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien mil enero febrero marzo "
    "abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre arroba punto guion calle avenida colonia".split()
)


def named_again(tokens: Tokens, found: Iterable[Found], lexicon: Lexicon) -> Iterator[Found]:
    """The same name elsewhere in the text, unless it is an ordinary word."""
    words: set[str] = set()
    for each in found:
        if each.label is Label.NAME:
            inside = tokens.lower[tokens.inside(each.start, each.end)]
            words.update(word for word in inside if len(word) >= _SHORTEST and word not in lexicon.words)
    if words:
        for word, start, end in zip(tokens.lower, tokens.starts, tokens.ends, strict=True):
            if word in words:
                yield Found(start, end, Label.NAME, "a name that was met in this text", layer="again")


def reach(tokens: Tokens) -> int:
    """How many tokens the tagger reads."""
    return min(REACH, bisect_left(tokens.starts, READ))


def beyond_reach(tokens: Tokens, lexicon: Lexicon) -> Iterator[Found]:
    """In the far end of an endless text, all but words that are plainly nobody's: covering too much harms nobody."""
    first = last = -1
    for place in range(reach(tokens), len(tokens)):
        if tokens.words[place][0].isalnum() and _harmless(tokens.lower[place], lexicon):
            continue
        if first < 0 or place - last > _BETWEEN + 1:
            if first >= 0:
                yield _too_far(tokens, first, last)
            first = place
        last = place
    if first >= 0:
        yield _too_far(tokens, first, last)


def _too_far(tokens: Tokens, first: int, last: int) -> Found:
    return Found(tokens.starts[first], tokens.ends[last], Label.ID, "too far into a very long text", layer="again")


def _harmless(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.words and word not in _TELLING and not lexicon.could_be_name(word)
