"""The door's check of one request, step by step. What passes is a Letter; what does not is Refused."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from appliance.intake.signature import Fields, SignatureError, check_signature
from storage.letters import Letter, LetterKind
from ui.door.facts import DoorFacts
from ui.door.form import decode_form
from ui.door.refusal import Reason, Refused

MAX_BODY = 64 * 1024

_FORM_TYPE = re.compile(r'application/x-www-form-urlencoded(?:\s*;\s*charset\s*=\s*(?:utf-8|"utf-8"))?', re.IGNORECASE)
# base64 of 20 bytes. Two such headers arrive joined by a comma, so they do not match either.
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27}=")
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
# A message comes in to the desk's number; a delivery state tells of one that went out from it.
_OWN_NUMBER = {LetterKind.SMS: "To", LetterKind.STATUS: "From"}


class Asked(NamedTuple):
    """One HTTP request, its boundaries already found. Header names are in capitals with underscores."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class _Hook(NamedTuple):
    kind: LetterKind
    url: str
    own_number: str


class DoorCheck:
    """Judges requests by one desk's facts."""

    def __init__(self, facts: DoorFacts) -> None:
        self._account_sid = facts.account_sid
        self._number = facts.number
        base = facts.public_url.rstrip("/")
        self._hooks = {
            path: _Hook(kind, base + path, _OWN_NUMBER[kind])
            for kind in LetterKind
            for path in (f"{facts.hooks}{kind.value}",)
        }

    def check(self, asked: Asked, *, tokens: tuple[str, ...], now: int) -> Letter:
        """The letter in this request. Without tokens the signature is kept for intake and the letter is unchecked.

        1 route and method   404, 405         6 one signature of the right form   403
        2 content type       415              7 it is the carrier's               403
        3 length             413              8 our account, our number           403
        4 decoding           400              9 shape of the message's id         400
        5 names and count    400
        """
        method, target, headers, body = asked
        # 1. The target as it stood on the line, not decoded: one spelling of an address, one signature.
        path, question_mark, query = target.partition("?")
        hook = self._hooks.get(path)
        if hook is None:
            raise Refused(Reason.UNKNOWN_PATH)
        if method != "POST":
            raise Refused(Reason.METHOD)
        if not _is_form(headers.get("CONTENT_TYPE", "")) or "CONTENT_ENCODING" in headers:  # 2
            raise Refused(Reason.CONTENT_TYPE)
        if len(body) > MAX_BODY:  # 3
            raise Refused(Reason.TOO_LONG)
        fields, values = decode_form(body)  # 4, 5
        signature = headers.get("X_TWILIO_SIGNATURE", "")
        if not _SIGNATURE.fullmatch(signature):  # 6
            raise Refused(Reason.SIGNATURE_MISSING)
        url = hook.url + question_mark + query
        if tokens:
            _check_signature(tokens, url, fields, signature)  # 7
        if values.get("AccountSid") != self._account_sid:  # 8
            raise Refused(Reason.OTHER_ACCOUNT)
        if values.get(hook.own_number) != self._number:
            raise Refused(Reason.OTHER_NUMBER)
        if not _MESSAGE_SID.fullmatch(values.get("MessageSid", "")):  # 9
            raise Refused(Reason.MESSAGE_ID)
        return Letter(hook.kind, now, url, fields, signature, checked=bool(tokens))


@lru_cache(maxsize=64)
def _is_form(content_type: str) -> bool:
    return _FORM_TYPE.fullmatch(content_type) is not None


def _check_signature(tokens: tuple[str, ...], url: str, fields: Fields, signature: str) -> None:
    try:
        check_signature(tokens=tokens, url=url, fields=fields, signature=signature)
    except SignatureError:
        raise Refused(Reason.SIGNATURE_WRONG) from None
