"""Why the door turns a request away, and what it answers then."""

from enum import StrEnum
from http import HTTPStatus


class Reason(StrEnum):
    """One word for each kind of refusal; they are counted by it."""

    UNKNOWN_PATH = "unknown-path"
    METHOD = "method"
    CONTENT_TYPE = "content-type"
    TOO_LONG = "too-long"
    ENCODING = "encoding"
    REPEATED_NAME = "repeated-name"
    TOO_MANY_FIELDS = "too-many-fields"
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_WRONG = "signature-wrong"
    OTHER_ACCOUNT = "other-account"
    OTHER_NUMBER = "other-number"
    MESSAGE_ID = "message-id"
    MALFORMED = "malformed"
    HEADERS_TOO_LONG = "headers-too-long"
    UNSUPPORTED = "unsupported"
    SPOOL_FULL = "spool-full"
    SPOOL_FAILED = "spool-failed"
    INTERNAL = "internal"


STATUS = {
    Reason.UNKNOWN_PATH: HTTPStatus.NOT_FOUND,
    Reason.METHOD: HTTPStatus.METHOD_NOT_ALLOWED,
    Reason.CONTENT_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Reason.TOO_LONG: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Reason.ENCODING: HTTPStatus.BAD_REQUEST,
    Reason.REPEATED_NAME: HTTPStatus.BAD_REQUEST,
    Reason.TOO_MANY_FIELDS: HTTPStatus.BAD_REQUEST,
    Reason.SIGNATURE_MISSING: HTTPStatus.FORBIDDEN,
    Reason.SIGNATURE_WRONG: HTTPStatus.FORBIDDEN,
    Reason.OTHER_ACCOUNT: HTTPStatus.FORBIDDEN,
    Reason.OTHER_NUMBER: HTTPStatus.FORBIDDEN,
    Reason.MESSAGE_ID: HTTPStatus.BAD_REQUEST,
    Reason.MALFORMED: HTTPStatus.BAD_REQUEST,
    Reason.HEADERS_TOO_LONG: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    Reason.UNSUPPORTED: HTTPStatus.NOT_IMPLEMENTED,
    # Never 429: the carrier gives a text up after one. On 503 it may try the fallback, and the sweep finds the rest.
    Reason.SPOOL_FULL: HTTPStatus.SERVICE_UNAVAILABLE,
    Reason.SPOOL_FAILED: HTTPStatus.SERVICE_UNAVAILABLE,
    Reason.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Refused(Exception):
    """This request gets no further. It carries no word of what was sent."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
