"""What the pages saw that nobody with good intentions does."""

from dataclasses import dataclass
from enum import StrEnum


class SecurityEvent(StrEnum):
    """The kinds of it."""

    WRONG_HOST = "wrong-host"
    FOREIGN_ORIGIN = "foreign-origin"
    BAD_FORM_TOKEN = "bad-form-token"  # noqa: S105 - a kind of event, not a secret
    BAD_REQUEST = "bad-request"
    POLICY_VIOLATION = "policy-violation"
    UNEXPECTED_ERROR = "unexpected-error"


@dataclass(frozen=True, slots=True)
class Incident:
    """One security event: cleaned, cut to length, nothing that somebody wrote. `number` is shown on the page."""

    kind: SecurityEvent
    route: str
    detail: str = ""
    number: str = ""
