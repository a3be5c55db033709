"""Closing the desk: what it means, the term, going back on it, the certificate."""

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route

_SURE = Field("tick", 1, pattern="1")


def show(call: Call) -> Response:
    """Where it stands."""
    return page("closing/closing.html", call, closing=call.desk.deleting.closing_shown(call.reader))


def close(call: Call) -> Response:
    """In fourteen days."""
    call.desk.deleting.close_desk(call.reader)
    return see("closing")


def reopen(call: Call) -> Response:
    """As before."""
    call.desk.deleting.reopen_desk(call.reader)
    return see("closing")


def certificate(call: Call) -> Response:
    """As a file."""
    return Response(call.desk.deleting.closing_certificate(call.reader), content_type="text/plain; charset=utf-8")


ROUTES = (
    Route("GET", "/closing", "closing", show),
    Route("POST", "/closing/close", "closing.close", close, form={"sure": _SURE}),
    Route("POST", "/closing/reopen", "closing.reopen", reopen),
    Route("GET", "/closing/certificate", "closing.certificate", certificate),
)
