"""How long we keep things: the limits, what the next run takes away, and a person's word where it is asked for."""

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route

# A box that has to be ticked: what follows cannot be undone.
_SURE = {"sure": Field("box", 1, pattern="1")}


def show(call: Call) -> Response:
    """The limits, the dry look, the last run."""
    return page("keeping/keeping.html", call, keeping=call.desk.kept.shown())


def accept(call: Call) -> Response:
    """The shorter times hold from now on."""
    call.desk.kept.accept_shorter(call.reader.name)
    return see("keeping")


def trust_clock(call: Call) -> Response:
    """A person looked at the clock, and it is right."""
    call.desk.kept.trust_clock(call.reader.name)
    return see("keeping")


ROUTES = (
    Route("GET", "/keeping", "keeping", show),
    Route("POST", "/keeping/accept", "keeping.accept", accept, form=_SURE),
    Route("POST", "/keeping/clock", "keeping.clock", trust_clock, form=_SURE),
)
