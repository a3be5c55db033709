"""A desk that was started without its passphrase: one calm page, one field."""

from flask import Response

from storage.errors import WrongKeyError
from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Access, Call, Route

_FORM = {"passphrase": Field("passphrase", 1024)}


def unlock(call: Call) -> Response:
    """Try the passphrase. A wrong one shows the page again, with nothing filled in."""
    try:
        call.desk.unlock(call.text("passphrase"))
    except WrongKeyError:
        return page("locked/locked.html", http=403, wrong=True)
    return see("sign-in", said="unlocked")


ROUTES = (Route("POST", "/unlock", "unlock", unlock, Access.LOCKED, form=_FORM),)
