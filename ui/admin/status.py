"""How the desk is doing, and readiness for machines."""

from flask import Response

from ui.admin import cookies
from ui.admin.guard import place
from ui.admin.page import as_json, page, see
from ui.admin.route import Access, Call, Route


def show(call: Call) -> Response:
    """State, parts, log, counts, places, versions."""
    return page("status/status.html", call, status=call.desk.status(call.reader))


def link(call: Call) -> Response:
    """A sign-in link for another browser on this machine, shown once."""
    token = call.desk.new_link(call.reader)
    return page("status/link.html", call, address=f"{place().origin}/sign-in#{token}")


def seen(call: Call) -> Response:
    """The notices have been read."""
    call.desk.notices_seen(call.reader)
    return see("status")


def end_all(call: Call) -> Response:
    """Everybody signs in again, this browser too."""
    call.desk.end_all_sessions(call.reader)
    answer = see("sign-in", said="signed-out")
    cookies.take_back(answer, place().origin)
    return answer


def ready(call: Call) -> Response:
    """State and reason codes. Always 200: "locked" is an answer, not a failure to give one."""
    readiness = call.desk.ready()
    return as_json({"state": readiness.state.value, "reasons": list(readiness.reasons)})


ROUTES = (
    Route("GET", "/status", "status", show),
    Route("POST", "/status/link", "link.make", link),
    Route("POST", "/status/seen", "notices.seen", seen),
    Route("POST", "/status/end-sessions", "sessions.end", end_all),
    Route("GET", "/readyz", "readyz", ready, Access.OPEN),
)
