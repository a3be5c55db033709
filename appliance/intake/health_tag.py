"""What is stored as a body: the words themselves, or the words with a tag where they told of the person's health."""

from dataclasses import dataclass

from appliance.redaction.errors import RedactionError
from appliance.redaction.health import tag_health
from appliance.redaction.redactor import Finder
from storage.messages import NOT_YET_REDACTED
from storage.plaintext import Plaintext


@dataclass(frozen=True, slots=True)
class Tagged:
    """`original` is set when the body is not what was written. `redacted` is false while the redactor owes it."""

    body: Plaintext
    original: Plaintext | None
    redacted: bool


def tag_body(body: Plaintext, *, redactor: Finder | None) -> Tagged:
    """The body to store where health details are taken out. Never loses a text: a failing redactor only delays it."""
    try:
        if redactor is None:
            return _owed(body)
        tagged = tag_health(body.text, redactor.find(body.text))
    except RedactionError:
        return _owed(body)
    except Exception:  # noqa: BLE001 - whatever breaks in there, the text is taken in and nothing of it is shown
        return _owed(body)
    if tagged == body.text:
        return Tagged(body, None, redacted=True)
    return Tagged(Plaintext(tagged), body, redacted=True)


def keep_body(body: Plaintext) -> Tagged:
    """The body to store where the desk's kind has no need of tags."""
    return Tagged(body, None, redacted=True)


def _owed(body: Plaintext) -> Tagged:
    return Tagged(Plaintext(NOT_YET_REDACTED), body, redacted=False)
