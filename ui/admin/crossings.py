"""What left the building: each call to the outside, and for model prompts the words exactly as sent."""

import json
from typing import Any

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page
from ui.admin.route import Call, Route

_PAGE = {"page": Field("page", 6, pattern=r"[1-9][0-9]*", optional=True)}


def listing(call: Call) -> Response:
    """The ledger, newest first."""
    crossings = call.desk.crossings(call.reader, call.number("page", otherwise=1))
    return page("crossings/crossings.html", call, crossings=crossings)


def show(call: Call, crossing: str) -> Response:
    """One entry whole."""
    entry = call.desk.crossing(call.reader, crossing)
    return page("crossings/crossing.html", call, crossing=entry, parts_sent=_parts(entry.sent))


def _parts(sent: str | None) -> list[tuple[str, str]]:
    """A prompt's texts with who speaks, for reading. The whole body is on the page too, untouched."""
    try:
        body: Any = json.loads(sent or "")
    except (ValueError, RecursionError):
        return []
    if not isinstance(body, dict):
        return []
    spoken = [("The playbook", text) for text in _texts(body.get("system"))]
    turns = body.get("messages")
    for turn in turns if isinstance(turns, list) else []:
        if isinstance(turn, dict):
            who = "The desk" if turn.get("role") == "assistant" else "The conversation"
            spoken.extend((who, text) for text in _texts(turn.get("content")))
    return spoken


def _texts(content: Any) -> list[str]:  # noqa: ANN401 - whatever the JSON held
    if isinstance(content, str):
        return [content]
    blocks = content if isinstance(content, list) else []
    return [block["text"] for block in blocks if isinstance(block, dict) and isinstance(block.get("text"), str)]


ROUTES = (
    Route("GET", "/outside", "crossings", listing, query=_PAGE),
    Route("GET", "/outside/<ident:crossing>", "crossing", show),
)
