"""What is hidden: try a text, and the desk's own two lists."""

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route

_TRY = {"text": Field("text", 1600, optional=True)}
_ADD = {"kind": Field("list", 16, pattern="shown|hidden"), "words": Field("words", 100, trimmed=True)}


def show(call: Call) -> Response:
    """The lists, and a field to try a text in."""
    return page("hidden/hidden.html", call, hidden=call.desk.hidden(call.reader, ""))


def attempt(call: Call) -> Response:
    """What would be hidden of a text. Nothing of it is kept, and it is in no address: so it is posted."""
    return page("hidden/hidden.html", call, hidden=call.desk.hidden(call.reader, call.text("text")))


def add(call: Call) -> Response:
    """From now on these words stay, or never do."""
    call.desk.add_words(call.reader, call.text("kind"), call.text("words"))
    return see("hidden")


def remove(call: Call, phrase: str) -> Response:
    """Off the list."""
    call.desk.remove_words(call.reader, phrase)
    return see("hidden")


ROUTES = (
    Route("GET", "/hidden", "hidden", show),
    Route("POST", "/hidden/try", "hidden.try", attempt, form=_TRY),
    Route("POST", "/hidden/words", "hidden.add", add, form=_ADD),
    Route("POST", "/hidden/words/<ident:phrase>/remove", "hidden.remove", remove),
)
