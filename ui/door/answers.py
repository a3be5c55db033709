"""The few HTTP answers the door gives, as bytes. No version of a server, no word of what was wrong."""

from functools import lru_cache
from http import HTTPStatus
from wsgiref.handlers import format_date_time

_TWIML = b"<Response/>"


@lru_cache(maxsize=64)
def answer(status: HTTPStatus, *, closing: bool, second: int) -> bytes:
    """The whole answer. `second` is the time for its Date; answers of one second are the same bytes."""
    body = _TWIML if status is HTTPStatus.OK else b""
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Date: {format_date_time(second)}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
    ]
    if body:
        lines += ["Content-Type: text/xml; charset=utf-8", "X-Content-Type-Options: nosniff"]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: POST")
    if closing:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
