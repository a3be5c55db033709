"""What a name found once says about the rest of the text, and what lies beyond the tagger's reach."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from appliance.redaction.lexicon import Lexicon
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import Label

# The tagger reads this many tokens: more than the longest text message has. It bounds the time for any input.
REACH: Final = 400
_SHORTEST: Final = 3


def named_again(tokens: Tokens, found: Iterable[Found], lexicon: Lexicon) -> Iterator[Found]:
    """The same name elsewhere in the text, unless it is an ordinary word."""
    words: set[str] = set()
    for each in found:
        if each.label is Label.NAME:
            inside = slice(bisect_left(tokens.starts, each.start), bisect_left(tokens.starts, each.end))
            words.update(word for word in tokens.lower[inside] if len(word) >= _SHORTEST and word not in lexicon.words)
    if words:
        for word, start, end in zip(tokens.lower, tokens.starts, tokens.ends, strict=True):
            if word in words:
                yield Found(start, end, Label.NAME, "a name that was met in this text", layer="again")


def beyond_reach(tokens: Tokens, lexicon: Lexicon) -> Iterator[Found]:
    """In the far end of an endless text, everything that is not an ordinary word: covering too much harms nobody."""
    for place in range(REACH, len(tokens)):
        if tokens.words[place][0].isalnum() and tokens.words[place] not in lexicon.words:
            yield Found(
                tokens.starts[place], tokens.ends[place], Label.ID, "too far into a very long text", layer="again"
            )
