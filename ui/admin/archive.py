"""The archive: who asked to read whose old words, saying yes or no, and reading them for some hours."""

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route

_REASON = {"reason": Field("reason", 200, least=3, trimmed=True)}


def show(call: Call) -> Response:
    """The requests."""
    return page("archive/archive.html", call, archive=call.desk.kept.archive.shown(call.reader.name))


def about(call: Call, person: str) -> Response:
    """A form to ask for one person's archived words."""
    return page("archive/ask.html", call, archived=call.desk.kept.archive.of(call.reader.name, person))


def ask(call: Call, person: str) -> Response:
    """Asked; it opens nothing yet."""
    call.desk.kept.archive.ask(call.reader.name, person, call.text("reason"))
    return see("archive")


def approve(call: Call, request: str) -> Response:
    """Yes, for some hours."""
    call.desk.kept.archive.decide(call.reader.name, request, yes=True)
    return see("archive")


def refuse(call: Call, request: str) -> Response:
    """No."""
    call.desk.kept.archive.decide(call.reader.name, request, yes=False)
    return see("archive")


def shut(call: Call, request: str) -> Response:
    """Enough."""
    call.desk.kept.archive.shut(call.reader.name, request)
    return see("archive")


def read(call: Call, request: str) -> Response:
    """The words, in the answer itself: each look is an opening of its own, with its leaf."""
    return page("archive/opened.html", call, opened=call.desk.kept.archive.open(call.reader.name, request))


ROUTES = (
    Route("GET", "/archive", "archive", show),
    Route("GET", "/archive/people/<ident:person>", "archive.about", about),
    Route("POST", "/archive/people/<ident:person>", "archive.ask", ask, form=_REASON),
    Route("POST", "/archive/requests/<ident:request>/approve", "archive.approve", approve),
    Route("POST", "/archive/requests/<ident:request>/refuse", "archive.refuse", refuse),
    Route("POST", "/archive/requests/<ident:request>/shut", "archive.shut", shut),
    Route("POST", "/archive/requests/<ident:request>/read", "archive.read", read),
)
