"""Who gets in, and what every answer carries. All of it is here; views only ever see checked calls.

A request is let in by these steps, in this order:
  1. our own name, exactly, in Host and in the request target        else 421
  2. a route of the table, with its method                           else 404, 405
  3. what the browser says about who is asking (Fetch metadata)      else 403
  4. an unlocked desk, or the page that unlocks it                   else the locked page
  5. a session                                                       else the sign-in page, or 401
  6. a form of the right type, with the declared fields              else 415, 413, 400, 422
  7. the session's form token                                        else 403
"""

import hmac
import secrets
from dataclasses import dataclass

from flask import Response, current_app, g, request

from appliance.views.incidents import SecurityEvent
from appliance.views.people import Reader
from appliance.views.status import DeskState
from ui.admin.assets import Asset
from ui.admin.cookies import session_cookie
from ui.admin.forms import TOKEN, BadForm, check_fields, read_pairs
from ui.admin.route import Access, Call, Route
from ui.admin.verbs import DeskVerbs

FORM = "application/x-www-form-urlencoded"
REPORTS = ("application/csp-report", "application/reports+json")
LIVE = "X-Nightdesk-Live"


@dataclass(frozen=True, slots=True)
class Place:
    """What create_app knows and every request needs."""

    desk: DeskVerbs
    origin: str
    host: str
    assets: dict[str, Asset]


class TurnedAway(Exception):
    """The request is not let in. `event` is what to record, if it is worth recording."""

    def __init__(self, status: int, *, event: SecurityEvent | None = None, detail: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.event = event
        self.detail = detail


class Locked(Exception):
    """The desk is locked; every page is the one that unlocks it."""


class NobodySignedIn(Exception):
    """No session. `ended` tells a used-up cookie from none at all."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__()
        self.ended = ended


def place() -> Place:
    """The app's own facts."""
    known = current_app.extensions["nightdesk"]
    assert isinstance(known, Place)  # noqa: S101 - narrows the type for the checker
    return known


def check_name() -> None:
    """Step 1, before anything else, also for addresses that do not exist. Sets the nonce that error pages need too."""
    g.nonce = secrets.token_urlsafe(16)
    g.cookie, g.typed = None, ""
    target = request.environ.get("REQUEST_URI", "/")
    if request.environ.get("HTTP_HOST") != place().host or not target.startswith("/"):
        raise TurnedAway(421, event=SecurityEvent.WRONG_HOST)


def admit(route: Route) -> Call:
    """Steps 3 to 7. Raises what the error pages show."""
    desk = place().desk
    check_asker(route)  # 3
    locked = desk.ready().state is DeskState.LOCKED
    if locked and route.access in (Access.SIGNED_IN, Access.ENTRY):  # 4
        raise Locked
    if route.access is Access.LOCKED and not locked:
        raise TurnedAway(404)
    live = LIVE in request.headers
    reader = None
    if route.access is Access.SIGNED_IN:  # 5
        reader = _signed_in(desk, touch=not live)
        # Read before the page reads: what changes in between is noticed at the first look.
        g.version = desk.live_version(reader)
    fields = _fields(route)  # 6
    if route.method == "POST" and route.access is Access.SIGNED_IN:  # 7
        _check_token(fields.pop("form_token"))
    return Call(desk=desk, fields=fields, holder=reader, live=live)


def check_asker(route: Route) -> None:
    """Step 3. A browser writes these headers itself; no page can forge or drop them. A change must carry both."""
    site = request.headers.get("Sec-Fetch-Site")
    if route.access is Access.REPORT:
        allowed = site == "same-origin"
    elif route.method == "POST":
        allowed = site == "same-origin" and request.headers.get("Origin") == place().origin
    elif route.access is Access.SIGNED_IN or route.json:
        # `none` is the address bar; a missing header is no browser, or one too old to be told apart from it.
        allowed = site in (None, "none", "same-origin")
    else:
        allowed = True
    if not allowed or (route.json and request.headers.get("Sec-Fetch-Dest", "empty") not in ("empty", "report")):
        raise TurnedAway(403, event=SecurityEvent.FOREIGN_ORIGIN, detail=f"site {site or 'not said'}")


def form_token(cookie: str) -> str:
    """The token that this session's forms carry: nobody can make it without the cookie, or the cookie from it."""
    return hmac.new(cookie.encode(), b"nightdesk admin form", "sha256").hexdigest()


def _signed_in(desk: DeskVerbs, *, touch: bool) -> Reader:
    cookie = session_cookie(request.cookies, place().origin)
    reader = desk.session(cookie, touch=touch) if cookie else None
    if cookie is None or reader is None:
        raise NobodySignedIn(ended=cookie is not None)
    g.cookie = cookie
    return reader


def _fields(route: Route) -> dict[str, str]:
    if route.method == "GET":
        return _read(request.query_string, route)
    if request.query_string:
        raise TurnedAway(400, event=SecurityEvent.BAD_REQUEST, detail="a query beside a form")
    if route.access is Access.REPORT:
        if request.mimetype not in REPORTS:
            raise TurnedAway(415)
        return {}
    if request.mimetype != FORM:
        raise TurnedAway(415)
    return _read(request.get_data(cache=True), route)


def _read(raw: bytes, route: Route) -> dict[str, str]:
    spec = dict(route.form if route.method == "POST" else route.query)
    if route.method == "POST" and route.access is Access.SIGNED_IN:
        spec["form_token"] = TOKEN
    try:
        found = read_pairs(raw)
        g.typed = found.get("text", "")  # an error page gives it back
        return check_fields(found, spec)
    except BadForm as bad:
        raise TurnedAway(400, event=SecurityEvent.BAD_REQUEST, detail=str(bad)) from None


def _check_token(sent: str) -> None:
    if not hmac.compare_digest(sent, form_token(g.cookie)):
        raise TurnedAway(403, event=SecurityEvent.BAD_FORM_TOKEN)


def harden(response: Response) -> Response:
    """What every answer carries, errors included."""
    nonce = g.get("nonce", "")
    headers = response.headers
    headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types nightdesk",
            "report-uri /policy-report",
        )
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    headers.setdefault("Cache-Control", "no-store")
    headers.pop("Server", None)
    return response
