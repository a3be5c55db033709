"""A form's bytes to names and values: once, strictly, and refused where two readers could read it differently."""

import re
from urllib.parse import unquote_to_bytes

from appliance.intake.signature import Fields
from ui.door.refusal import Reason, Refused

MAX_FIELDS = 64

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decode_form(body: bytes) -> Fields:
    """Names and values in the order they came. Raises Refused."""
    pieces = body.split(b"&") if body else []
    if len(pieces) > MAX_FIELDS:
        raise Refused(Reason.TOO_MANY_FIELDS)
    if b"\0" in body or b"%00" in body or _BAD_ESCAPE.search(body):
        raise Refused(Reason.ENCODING)
    try:
        fields = tuple([_pair(piece) for piece in pieces])
    except UnicodeDecodeError:
        raise Refused(Reason.ENCODING) from None
    names = {name for name, _ in fields}
    if "" in names:
        raise Refused(Reason.ENCODING)
    if len(names) < len(fields):
        raise Refused(Reason.REPEATED_NAME)
    return fields


def _pair(piece: bytes) -> tuple[str, str]:
    name, _, value = piece.partition(b"=")
    return _text(name), _text(value)


def _text(raw: bytes) -> str:
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw)
    return raw.decode()  # UTF-8 and strict: bad bytes, overlong forms and surrogates are refused
