"""Signing in by link and out again. The token is in the link's fragment, so it reaches no server log and no history."""

from flask import Response, request

from ui.admin import cookies
from ui.admin.forms import Field
from ui.admin.guard import place
from ui.admin.page import page, see
from ui.admin.route import Access, Call, Route

_SAID = {"said": Field("note", 16, pattern="ended|signed-out|unlocked|keys", optional=True)}
_FORM = {"token": Field("sign-in code", 512, pattern=r"[!-~]+", trimmed=True)}


def show(call: Call) -> Response:
    """The page with the button. It starts no session: only the button's POST does."""
    answer = page("sign_in/sign_in.html", said=call.text("said"))
    cookies.give_probe(answer, place().origin)
    return answer


def enter(call: Call) -> Response:
    """Use up the token. A session that this browser still held ends, so that no id survives a sign-in."""
    value = call.desk.sign_in(call.text("token"))
    if old := cookies.session_cookie(request.cookies, place().origin):
        call.desk.sign_out(old)
    answer = see("inbox")
    cookies.take_back(answer, place().origin)
    cookies.give_session(answer, place().origin, value, request.cookies)
    return answer


def leave(call: Call) -> Response:
    """End the session here and in the desk, and have the browser forget the pages."""
    cookie = cookies.session_cookie(request.cookies, place().origin)
    call.desk.sign_out(cookie or "")
    answer = see("sign-in", said="signed-out")
    cookies.take_back(answer, place().origin)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


ROUTES = (
    Route("GET", "/sign-in", "sign-in", show, Access.ENTRY, query=_SAID),
    Route("POST", "/sign-in", "sign-in.enter", enter, Access.ENTRY, form=_FORM),
    Route("POST", "/sign-out", "sign-out", leave),
)
