"""One departure under way: what is about to leave, whether bytes left, and what came back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from appliance.egress.ledger import Arrival, Outcome
from appliance.egress.permission import Destination, Purpose
from appliance.errors import kebab

FIRST_BYTES = frozenset({"http11.send_request_headers.started", "mail.started"})


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is about to leave, whole. `target` is the path with its query."""

    purpose: Purpose
    to: Destination
    method: str
    target: str = field(repr=False)
    body: bytes = field(repr=False)


class Passage:
    """Filled in on the way; the ledger is told from it."""

    def __init__(self) -> None:
        self.left = False
        self._status: int | None = None
        self._size = 0

    def trace(self, event: str, info: object = None) -> None:  # noqa: ARG002 - the shape of httpcore's trace hook
        """Called by the HTTP client as it goes: from the first header on, the other side may have been told."""
        self.left = self.left or event in FIRST_BYTES

    def arrived(self, status: int, size: int) -> None:
        """A whole answer came back."""
        self._status, self._size = status, size

    def arrival(self, at: int, failure: BaseException | None) -> Arrival:
        """How it ended."""
        if failure is not None:
            outcome = Outcome.UNKNOWN if self.left else Outcome.FAILED
            return Arrival(at, outcome, self._status, self._size, kebab(failure))
        reason = f"http-{self._status}" if self._status is not None and self._status >= 400 else ""
        return Arrival(at, Outcome.DONE, self._status, self._size, reason)


Departing = Callable[[Leaving], AbstractContextManager[Passage]]
