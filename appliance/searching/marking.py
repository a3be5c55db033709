"""A text as a list of what was found shows it: the words marked, and of a long one only what stands around them."""

from typing import Final

from appliance.views.search import Pieces
from storage.search.query import Query, found_in

LONGEST: Final = 320
_BEFORE: Final = 90
_CUT: Final = "…"


def marked(text: str, query: Query) -> tuple[Pieces, bool]:
    """The pieces, and whether something was left out."""
    places = found_in(text, query)
    begin, end = _window(text, places[0][0] if places else 0)
    pieces = [(False, _CUT)] if begin else []
    at = begin
    for first, last in places:
        if first >= at and last <= end:
            pieces += [(False, text[at:first]), (True, text[first:last])]
            at = last
    pieces.append((False, text[at:end]))
    if end < len(text):
        pieces.append((False, _CUT))
    return tuple(piece for piece in pieces if piece[1]), (begin, end) != (0, len(text))


def _window(text: str, first: int) -> tuple[int, int]:
    if len(text) <= LONGEST:
        return 0, len(text)
    begin = max(0, min(first - _BEFORE, len(text) - LONGEST))
    if begin:
        # From the next word on, unless that is the one that was looked for.
        space = text.find(" ", begin, first)
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), begin + LONGEST)
    space = text.rfind(" ", begin, end)
    return begin, space if end < len(text) and space > first + _BEFORE else end
