"""The first page: who needs me."""

from flask import Response

from ui.admin.page import as_json, page
from ui.admin.route import Call, Route


def show(call: Call) -> Response:
    """Needs me, answered by itself, quiet."""
    return page("inbox/inbox.html", call, inbox=call.desk.inbox(call.reader))


def live(call: Call) -> Response:
    """Whether a page should look again. Asked every second, so it never counts as somebody being there."""
    return as_json({"version": call.desk.live_version(call.reader)})


ROUTES = (
    Route("GET", "/", "inbox", show),
    Route("GET", "/live", "live", live, json=True),
)
