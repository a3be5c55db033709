"""The log: its newest checkpoint, its marks, the file for whoever checks it, the file for support."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from flask import Response

from ui.admin.forms import Field
from ui.admin.page import page, see
from ui.admin.route import Call, Route

_AT_ONCE: Final = 256 * 1024
_PREVIEW = Field("preview", 32)
_RECIPIENT = Field("recipient", 128, trimmed=True)


def show(call: Call) -> Response:
    """Everything about the log but its entries."""
    return page("log/log.html", call, log=call.desk.logbook.shown())


def evidence(call: Call) -> Response:
    """The whole log as a download."""
    return _download(_pieces(call.desk.logbook.evidence(call.reader.name)), "nightdesk-log.zip", "application/zip")


def preview(call: Call) -> Response:
    """What support would get, to be read before anything is written."""
    return page("log/support.html", call, preview=call.desk.logbook.preview_support())


def support(call: Call) -> Response:
    """Exactly what was previewed, sealed to support, as a download."""
    sealed = call.desk.logbook.seal_support(call.reader.name, call.text("preview"), call.text("recipient"))
    return _download(iter([sealed]), "nightdesk-support.age", "application/octet-stream")


def accept(call: Call) -> Response:
    """Somebody knows why the log ends before its marks."""
    call.desk.logbook.accept(call.reader.name)
    return see("log")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_AT_ONCE):
            yield piece


def _download(content: Iterator[bytes], name: str, kind: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = (
    Route("GET", "/log", "log", show),
    Route("POST", "/log/evidence", "log.evidence", evidence),
    Route("POST", "/log/support", "log.preview", preview),
    Route("POST", "/log/support/file", "log.support", support, form={"preview": _PREVIEW, "recipient": _RECIPIENT}),
    Route("POST", "/log/accept", "log.accept", accept, form={"sure": Field("box that you are sure", 1)}),
)
