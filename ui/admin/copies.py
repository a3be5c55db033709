"""Backups: where copies go, when each was checked, the drills, and saying that the old machine is off."""

from flask import Response

from ui.admin.page import page, see
from ui.admin.route import Call, Route


def listing(call: Call) -> Response:
    """Places and drills."""
    return page("copies/copies.html", call, copies=call.desk.copies(call.reader))


def back_up(call: Call) -> Response:
    """Soon, at every place."""
    call.desk.back_up_now(call.reader)
    return see("copies")


def drill(call: Call) -> Response:
    """Soon, from every place."""
    call.desk.drill_now(call.reader)
    return see("copies")


def resume(call: Call) -> Response:
    """The old machine is off; this one may send."""
    call.desk.resume_sending(call.reader)
    return see("copies")


ROUTES = (
    Route("GET", "/copies", "copies", listing),
    Route("POST", "/copies/now", "copies.now", back_up),
    Route("POST", "/copies/drill", "copies.drill", drill),
    Route("POST", "/copies/resume", "copies.resume", resume),
)
