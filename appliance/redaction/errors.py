"""What redaction can fail with. All of it fails closed: nothing goes to a model after one of these.

NightdeskError
└── RedactionError                the engine could not do its work
    ├── ArtefactError             its data is missing, damaged or of another version
    ├── UnknownPlaceholderError   a model named somebody this thread does not know
    └── WireCheckError            a known identifier stands in what is about to leave: a security event
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from storage.errors import NightdeskError


class RedactionError(NightdeskError):
    """The engine could not do its work. Sentences tell kinds and counts, never words of the text."""

    code: ClassVar[str] = "redaction"


class ArtefactError(RedactionError):
    """The engine's data is missing, damaged or of another version."""

    code = "redaction-artefact"
    exit_code = 5


class UnknownPlaceholderError(RedactionError):
    """A placeholder that this thread never gave out."""

    code = "unknown-placeholder"


class WireCheckError(RedactionError):
    """A known identifier stands in what is about to leave the building."""

    code = "wire-check"


@contextmanager
def failing_closed(sentence: str) -> Iterator[None]:
    """Whatever the work inside trips over becomes a RedactionError: then nothing may leave.

    Of the cause nothing is told, since it may hold words of the text.
    """
    try:
        yield
    except RedactionError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the words must not leave unredacted
        raise RedactionError(sentence) from None
