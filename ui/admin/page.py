"""Answers: a page, JSON, or "see there". Templates get the frame (desk, reader, token) without asking."""

import json
from typing import Any

from flask import Response, g, render_template, url_for

from ui.admin.guard import form_token, place
from ui.admin.route import Call
from ui.admin.words import full_time, when

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"


def page(template: str, call: Call | None = None, *, http: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """A page in the desk's frame. `call` is None where nobody is signed in."""
    known = place()
    about = known.desk.about()
    html = render_template(
        template,
        about=about,
        reader=call.holder if call else None,
        form_token=form_token(g.cookie) if g.get("cookie") else "",
        nonce=g.nonce,
        version=g.get("version", ""),
        assets={name: asset.address for name, asset in known.assets.items()},
        when=lambda at: when(at, about.now, about.timezone),
        full_time=lambda at: full_time(at, about.timezone),
        **values,
    )
    return Response(html, status=http, content_type=HTML)


def as_json(value: dict[str, Any], status: int = 200) -> Response:
    """Plain JSON, ASCII, so that no reader can take it for anything else."""
    return Response(json.dumps(value), status=status, content_type=JSON)


def see(route: str, *, said: str = "", **values: str) -> Response:
    """After a change: look there. Only routes of ours can be named, so no redirect leaves the desk."""
    # Any: the types of url_for take the parts of an address for its own switches.
    parts: dict[str, Any] = {**values, "said": said} if said else {**values}
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = url_for(route, **parts)
    return response
