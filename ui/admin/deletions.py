"""Deleting people: one from their thread, many by a list that is looked up first; undoing it; the certificates."""

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route

# A form's own bound is a little above.
_NUMBERS = Field("list of numbers", 60_000)
_SURE = Field("tick", 1, pattern="1")
_SAID = {"said": Field("note", 16, pattern="deleted|erased|undone", optional=True)}


def listing(call: Call) -> Response:
    """Every request: what can be undone, what is still to be done, the certificates."""
    return page(
        "deletions/deletions.html", call, deletions=call.desk.deleting.shown(call.reader), said=call.text("said")
    )


def confirm(call: Call, person: str) -> Response:
    """The two ways to delete somebody, each with what it means."""
    return page("deletions/person.html", call, person=call.desk.deleting.to_delete(call.reader, person))


def delete(call: Call, person: str) -> Response:
    """Out of sight now, for good in thirty days."""
    call.desk.deleting.delete(call.reader, person, for_good=False)
    return see("deletions", said="deleted")


def erase(call: Call, person: str) -> Response:
    """For good, now."""
    call.desk.deleting.delete(call.reader, person, for_good=True)
    return see("deletions", said="erased")


def undo(call: Call, erasure: str) -> Response:
    """Back as they were."""
    person = call.desk.deleting.undo(call.reader, erasure)
    return see("thread", person=person)


def certificate(call: Call, erasure: str) -> Response:
    """As a file, to keep or to send to whoever asked to be deleted."""
    answer = Response(call.desk.deleting.certificate(call.reader, erasure), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="certificate-{erasure}.txt"'
    return answer


def look_up(call: Call) -> Response:
    """What a list would delete. Nothing is done, and the numbers are in no address: so it is posted."""
    return page("deletions/list.html", call, listed=call.desk.deleting.look_up(call.reader, call.text("numbers")))


def delete_list(call: Call) -> Response:
    """Everybody on the list, with time to undo."""
    call.desk.deleting.delete_list(call.reader, call.text("numbers"), for_good=False)
    return see("deletions", said="deleted")


def erase_list(call: Call) -> Response:
    """Everybody on the list, for good."""
    call.desk.deleting.delete_list(call.reader, call.text("numbers"), for_good=True)
    return see("deletions", said="erased")


ROUTES = (
    Route("GET", "/erasures", "deletions", listing, query=_SAID),
    Route("GET", "/people/<ident:person>/delete", "person.delete", confirm),
    Route("POST", "/people/<ident:person>/delete", "person.leave", delete),
    Route("POST", "/people/<ident:person>/erase", "person.erase", erase, form={"sure": _SURE}),
    Route("POST", "/erasures/<ident:erasure>/undo", "deletion.undo", undo),
    Route("GET", "/erasures/<ident:erasure>/certificate", "deletion.certificate", certificate),
    Route("POST", "/erasures/look-up", "deletions.look-up", look_up, form={"numbers": _NUMBERS}),
    Route("POST", "/erasures/delete", "deletions.delete", delete_list, form={"numbers": _NUMBERS}),
    Route("POST", "/erasures/erase", "deletions.erase", erase_list, form={"numbers": _NUMBERS, "sure": _SURE}),
)
