"""The test phone: a customer's phone on one side, the desk's view of the same thread on the other."""

from flask import Response

from appliance.views.thread import MessageShown
from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route
from ui.admin.thread import LONGEST_REPLY

# Things to try: each shows another way that a text can go. Invented, like everything on the test phone.
TRY = (
    "What time do you open tomorrow?",
    "Hi, this is Dana Whitfield, can I move my Thursday cleaning to next week? Call me at 512-555-0143",
    "My son is diabetic and his tooth hurts, can he still come in?",
    "Necesito cambiar mi cita por favor",
    "My mouth won't stop bleeding and I feel faint",
    "STOP",
)


def first(call: Call) -> Response:
    """The phone of the first sample caller."""
    return _show(call, None)


def show(call: Call, caller: str) -> Response:
    """The phone of one of them."""
    return _show(call, caller)


def send(call: Call, caller: str) -> Response:
    """A text from that phone to the desk."""
    call.desk.phone_send(call.reader, caller, call.text("text"))
    return see("phone", caller=caller)


def _show(call: Call, caller: str | None) -> Response:
    phone = call.desk.phone(call.reader, caller)
    thread = call.desk.thread(call.reader, phone.person_id) if phone.person_id else None
    items = thread.items if thread else ()
    came = [at for at, item in enumerate(items) if isinstance(item, MessageShown)]
    cut = came[-1] if came else 0
    return page(
        "phone/phone.html",
        call,
        phone=phone,
        thread=thread,
        before=items[:cut],
        newest=items[cut:],
        longest=LONGEST_REPLY,
        tries=TRY,
    )


ROUTES = (
    Route("GET", "/phone", "phone.first", first),
    Route("GET", "/phone/<ident:caller>", "phone", show),
    Route("POST", "/phone/<ident:caller>", "phone.send", send, form={"text": Field("text", LONGEST_REPLY)}),
)
