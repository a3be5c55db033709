"""What a request gets that was not let in or went wrong: a page with a number, a sentence and what to do."""

import secrets
import traceback
from dataclasses import dataclass

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from appliance.views.incidents import Incident, SecurityEvent
from appliance.views.refusals import NotAcceptable, NotPossible, OutOfDate, Refusal, SignInRefused
from storage.errors import LockedError, MissingError, NightdeskError, WrongKeyError
from ui.admin import cookies
from ui.admin.guard import Locked, NobodySignedIn, TurnedAway, place
from ui.admin.page import as_json, page, see


@dataclass(frozen=True, slots=True)
class Sorry:
    """One kind of error page."""

    heading: str
    sentence: str
    remedy: str


PAGES = {
    400: Sorry(
        "That did not come through",
        "The desk could not read what the browser sent.",
        "Go back, reload the page and try again.",
    ),
    403: Sorry(
        "Not from here",
        "This did not come from one of the desk's own pages, so nothing was done.",
        "Open the desk's inbox and do it from there.",
    ),
    404: Sorry("Nothing here", "There is no such page, or what it showed is gone.", "Start again from the inbox."),
    405: Sorry("Not like that", "This address does not take that kind of request.", "Start again from the inbox."),
    413: Sorry("Too much at once", "What was sent is larger than the desk accepts.", "Shorten it and try again."),
    415: Sorry("Not a form", "The desk reads only its own forms.", "Use the desk's pages."),
    421: Sorry(
        "Wrong address", "The desk answers only under its own name.", "Open the address that `nightdesk link` prints."
    ),
    500: Sorry(
        "Something went wrong",
        "The desk could not finish this. Nothing you wrote was sent.",
        "Try again. If it happens again, tell support the number below.",
    ),
}
_STATUS: tuple[tuple[type[NightdeskError], int], ...] = (
    (OutOfDate, 409),
    (NotPossible, 409),
    (NotAcceptable, 422),
    (SignInRefused, 403),
    (WrongKeyError, 403),
    (Refusal, 409),
    (MissingError, 404),
)
_HEADINGS = {
    409: "Nothing was done",
    422: "Not yet",
    403: "That did not open",
}


def turned_away(turned: TurnedAway) -> Response:
    """Not let in."""
    number = new_number()
    if turned.event is not None:
        note(Incident(turned.event, route_name(), turned.detail, number))
    return sorry(turned.status, number=number)


def locked(_: Locked | LockedError) -> Response:
    """The desk holds no key."""
    return page("locked/locked.html", http=503, wrong=False)


def nobody(why: NobodySignedIn) -> Response:
    """No session. A page leads to the sign-in page; a change or a background request is told plainly."""
    reading = request.method in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Dest", "document") == "document"
    said = "ended" if why.ended else ""
    answer = see("sign-in", said=said) if reading else page("sign_in/ended.html", http=401)
    if why.ended:
        cookies.take_back(answer, place().origin)
    return answer


def refused(error: NightdeskError) -> Response:
    """The desk said no, in its own words. What somebody typed is shown again, so that it is not lost."""
    if isinstance(error, LockedError):
        return locked(error)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    number = "" if status < 500 else new_number()
    if number:
        note(Incident(SecurityEvent.UNEXPECTED_ERROR, route_name(), error.code, number))
    if status == 404:
        return sorry(404)
    heading = _HEADINGS.get(status, PAGES[500].heading)
    return sorry(status, Sorry(heading, error.sentence, error.remedy or "Go back and look again."), number=number)


def unexpected(error: Exception) -> Response:
    """The last handler: number, kind and place go on record, never the message, which may quote somebody."""
    number = new_number()
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f"{last[0].name}:{last[0].lineno}" if last else "?"
    note(Incident(SecurityEvent.UNEXPECTED_ERROR, route_name(), f"{type(error).__name__} in {where}", number))
    return sorry(500, number=number)


def http(error: HTTPException) -> Response:
    """What routing and reading raise."""
    status = error.code if error.code in PAGES else 400
    answer = sorry(status or 400)
    if isinstance(error.get_response(), object) and status == 405:
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return answer


def sorry(status: int, words: Sorry | None = None, *, number: str = "") -> Response:
    """The page itself, or JSON where JSON was asked for."""
    words = words or PAGES.get(status, PAGES[500])
    if request.headers.get("Accept", "") == "application/json":
        return as_json({"error": words.heading, "number": number}, status)
    kept = "" if status not in (409, 422) else g.get("typed", "")
    return page("errors/error.html", http=status, code=status, words=words, number=number, kept=kept)


def new_number() -> str:
    """What a person can read out to support, and what the log entry carries."""
    return secrets.token_hex(4)


def route_name() -> str:
    """The route, not the address: addresses may hold ids."""
    return request.endpoint or "-"


def note(incident: Incident) -> None:
    """Tell the desk."""
    place().desk.note_incident(incident)


def register(app: Flask) -> None:
    """Hang the handlers into the app."""
    app.register_error_handler(TurnedAway, turned_away)
    app.register_error_handler(Locked, locked)
    app.register_error_handler(NobodySignedIn, nobody)
    app.register_error_handler(NightdeskError, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)
