"""A form's bytes to names and values: once, strictly, and refused where two readers could read it differently."""

import re
from urllib.parse import unquote_to_bytes

from appliance.intake.signature import Fields
from ui.door.refusal import Reason, Refused

MAX_FIELDS = 64

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decode_form(body: bytes) -> tuple[Fields, dict[str, str]]:
    """Names and values in the order they came, and by their name. Raises Refused."""
    try:
        # The whole body at once, since most fields hold no escape and are then done.
        text = body.replace(b"+", b" ").decode()
        pieces = text.split("&") if text else []
        if len(pieces) > MAX_FIELDS:
            raise Refused(Reason.TOO_MANY_FIELDS)
        fields = tuple([_unescaped(piece) if "%" in piece else piece.partition("=")[::2] for piece in pieces])
    except UnicodeDecodeError:
        raise Refused(Reason.ENCODING) from None
    values = dict(fields)
    if "" in values or "\0" in text or "%00" in text:
        raise Refused(Reason.ENCODING)
    if len(values) < len(fields):
        raise Refused(Reason.REPEATED_NAME)
    return fields, values


def _unescaped(piece: str) -> tuple[str, str]:
    # Most escapes are the plus of a phone number, which stands for itself wherever it is put back.
    name, _, value = piece.replace("%2B", "+").partition("=")
    if "%" not in name and "%" not in value:
        return name, value
    if _BAD_ESCAPE.search(piece):
        raise Refused(Reason.ENCODING)
    name, _, value = piece.partition("=")
    # UTF-8 and strict: bad bytes, overlong forms and surrogates are refused.
    return unquote_to_bytes(name).decode() if "%" in name else name, unquote_to_bytes(value).decode()
