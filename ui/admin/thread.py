"""One person's thread: reading it, and what staff can do in it."""

from flask import Response

from ui.admin.forms import IDENT, VERSION, Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route

# The carrier's own limit on one text.
LONGEST_REPLY = 1600
_TEXT = Field("text", LONGEST_REPLY)
# A form on the test phone's page comes back to it; the caller's key says to which.
_BACK = Field("way back", 64, least=0, pattern=rf"({IDENT})?", optional=True)
_SAID = {
    "said": Field("note", 16, pattern="sent|discarded|written|done", optional=True),
    "text": Field("text", 64, pattern=IDENT, optional=True),
}


def show(call: Call, person: str) -> Response:
    """The conversation, its drafts and what happened to each text."""
    thread = call.desk.thread(call.reader, person, call.text("text"))
    return page("thread/thread.html", call, thread=thread, said=call.text("said"), longest=LONGEST_REPLY)


def send(call: Call, person: str, draft: str) -> Response:
    """Approve a draft, as it is or edited."""
    call.desk.send_draft(call.reader, draft, call.text("text"), call.number("version"))
    return _back(call, person, "sent")


def discard(call: Call, person: str, draft: str) -> Response:
    """Not this one."""
    call.desk.discard_draft(call.reader, draft, call.number("version"))
    return _back(call, person, "discarded")


def write(call: Call, person: str) -> Response:
    """A reply in one's own words."""
    call.desk.write_reply(call.reader, person, call.text("text"))
    return _back(call, person, "written")


def done(call: Call, person: str) -> Response:
    """Nothing more to do here."""
    call.desk.done(call.reader, person)
    return see("inbox")


def reveal(call: Call, person: str, message: str) -> Response:
    """The original of a text with health details. Shown once, in the answer itself: no address leads back to it."""
    revealed = call.desk.reveal(call.reader, message, call.text("reason"))
    return page("thread/revealed.html", call, revealed=revealed, person=person)


def _back(call: Call, person: str, said: str) -> Response:
    if caller := call.text("back"):
        return see("phone", caller=caller)
    return see("thread", person=person, said=said)


ROUTES = (
    Route("GET", "/people/<ident:person>", "thread", show, query=_SAID),
    Route(
        "POST",
        "/people/<ident:person>/drafts/<ident:draft>/send",
        "draft.send",
        send,
        form={"text": _TEXT, "version": VERSION, "back": _BACK},
    ),
    Route(
        "POST",
        "/people/<ident:person>/drafts/<ident:draft>/discard",
        "draft.discard",
        discard,
        form={"version": VERSION, "back": _BACK, "text": Field("text", 10 * LONGEST_REPLY, least=0, optional=True)},
    ),
    Route("POST", "/people/<ident:person>/write", "thread.write", write, form={"text": _TEXT, "back": _BACK}),
    Route("POST", "/people/<ident:person>/done", "thread.done", done),
    Route(
        "POST",
        "/people/<ident:person>/messages/<ident:message>/reveal",
        "message.reveal",
        reveal,
        form={"reason": Field("reason", 200, least=3, trimmed=True)},
    ),
)
