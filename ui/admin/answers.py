"""Approved answers: the only texts that may go out without a person."""

from flask import Response

from ui.admin.forms import IDENT, VERSION, Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route
from ui.admin.words import LANGUAGES

_TEXT = Field("text", 1600, least=0, optional=True)
_FORM = {
    "title": Field("title", 80, trimmed=True),
    "intent": Field("topic", 64, pattern=IDENT),
    "unattended": Field("choice", 3, pattern="yes", optional=True),
    "version": VERSION,
    **{f"text_{code}": _TEXT for code in LANGUAGES},
}
_SAID = {"said": Field("note", 16, pattern="saved|approved|retired", optional=True)}


def listing(call: Call) -> Response:
    """All of them."""
    return page("answers/answers.html", call, answers=call.desk.answers(call.reader), said=call.text("said"))


def blank(call: Call) -> Response:
    """A new one."""
    return _edit(call, None)


def show(call: Call, answer: str) -> Response:
    """One to read, edit, approve."""
    return _edit(call, answer)


def make(call: Call) -> Response:
    """Keep a new one."""
    return see("answer", answer=_save(call, None), said="saved")


def save(call: Call, answer: str) -> Response:
    """Keep a new version, which then waits for approval."""
    return see("answer", answer=_save(call, answer), said="saved")


def approve(call: Call, answer: str) -> Response:
    """This version may be sent."""
    call.desk.approve_answer(call.reader, answer, call.number("version"))
    return see("answers", said="approved")


def retire(call: Call, answer: str) -> Response:
    """No version of it may be sent any more."""
    call.desk.retire_answer(call.reader, answer, call.number("version"))
    return see("answers", said="retired")


def _edit(call: Call, answer: str | None) -> Response:
    shown = call.desk.answer(call.reader, answer)
    texts = {text.language: text for text in shown.texts}
    said = call.fields.get("said", "")
    return page("answers/answer.html", call, answer=shown, texts=texts, languages=tuple(LANGUAGES), said=said)


def _save(call: Call, answer: str | None) -> str:
    return call.desk.save_answer(
        call.reader,
        answer,
        call.number("version"),
        title=call.text("title"),
        intent=call.text("intent"),
        texts=tuple((code, text) for code in LANGUAGES if (text := call.text(f"text_{code}")).strip()),
        unattended=call.text("unattended") == "yes",
    )


ROUTES = (
    Route("GET", "/answers", "answers", listing, query=_SAID),
    Route("GET", "/answers/new", "answer.blank", blank),
    Route("POST", "/answers/new", "answer.make", make, form=_FORM),
    Route("GET", "/answers/<ident:answer>", "answer", show, query=_SAID),
    Route("POST", "/answers/<ident:answer>", "answer.save", save, form=_FORM),
    Route("POST", "/answers/<ident:answer>/approve", "answer.approve", approve, form={"version": VERSION}),
    Route("POST", "/answers/<ident:answer>/retire", "answer.retire", retire, form={"version": VERSION}),
)
