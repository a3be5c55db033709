"""Serves the release's static files. Browsers may keep them: the address changes with the content."""

from flask import Response

from ui.admin.guard import TurnedAway, place
from ui.admin.route import Access, Call, Route

_KEEP = "public, max-age=31536000, immutable"


def show(_call: Call, digest: str, name: str) -> Response:
    """One file. A digest of another release is not found, rather than answered with this one's file."""
    asset = place().assets.get(name)
    if asset is None or asset.address != f"/static/{digest}/{name}":
        raise TurnedAway(404)
    return Response(asset.content, content_type=asset.kind, headers={"Cache-Control": _KEEP})


ROUTES = (Route("GET", "/static/<ident:digest>/<name>", "asset", show, Access.OPEN),)
