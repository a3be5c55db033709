"""Searching what people wrote. The words are in no address and in no log: so they are posted."""

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page
from ui.admin.route import Call, Route

LONGEST_WORDS = 200
_ASK = {
    "words": Field("words", LONGEST_WORDS, optional=True, trimmed=True),
    "before": Field("place", 16, pattern=r"[0-9]*", optional=True),
}


def show(call: Call) -> Response:
    """An empty box."""
    return page("search/search.html", call, found=call.desk.search(call.reader, "", None), longest=LONGEST_WORDS)


def ask(call: Call) -> Response:
    """What was found, the newest first; or those that are older than a page before."""
    before = call.number("before") or None
    found = call.desk.search(call.reader, call.text("words"), before)
    return page("search/search.html", call, found=found, longest=LONGEST_WORDS, before=before)


ROUTES = (
    Route("GET", "/search", "search", show),
    Route("POST", "/search", "search.ask", ask, form=_ASK),
)
