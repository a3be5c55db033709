"""A desk that was started without its passphrase: one calm page, one field."""

from flask import Response

from storage.errors import DamagedError, MissingError, RecoveryCodeError, UnknownWayError, WrongKeyError
from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Access, Call, Route

_FORM = {"passphrase": Field("passphrase", 1024)}


def unlock(call: Call) -> Response:
    """Try the passphrase or the sheet. What does not open shows the page again, empty, and says why."""
    try:
        call.desk.unlock(call.text("passphrase"))
    # A data file that does not open is a wrong key as well, and no fault of what was typed.
    except (DamagedError, MissingError) as error:
        return page("locked/locked.html", http=503, wrong=False, trouble=error)
    except (RecoveryCodeError, UnknownWayError) as error:
        return page("locked/locked.html", http=403, wrong=False, trouble=error)
    except WrongKeyError:
        return page("locked/locked.html", http=403, wrong=True)
    return see("sign-in", said="unlocked")


ROUTES = (Route("POST", "/unlock", "unlock", unlock, Access.LOCKED, form=_FORM),)
