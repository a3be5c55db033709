"""From requests to answers: what is wrong is refused at once, what is right is answered when it is spooled."""

import logging
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

from storage.letters import Letter
from storage.spool.writer import SpoolWriter
from ui.door.answers import answer
from ui.door.check import Asked, DoorCheck
from ui.door.clerk import Clerk, Round
from ui.door.facts import DoorFacts
from ui.door.refusal import STATUS, Reason, Refused
from ui.door.requests import StrictRequest
from ui.door.server import Delivered, closes
from ui.door.tally import Tally

_LOG = logging.getLogger("door")

_REASON_OF_ERROR = {
    413: Reason.TOO_LONG,
    431: Reason.HEADERS_TOO_LONG,
    501: Reason.UNSUPPORTED,
}


class Reception:
    """`tokens` and `judge` may be replaced at any time by the thread that listens to the core.

    `deliver` gets the answers that came later, `wake` is called when letters have come; both in the clerk's thread.
    """

    def __init__(
        self,
        facts: DoorFacts,
        spool: SpoolWriter,
        tally: Tally,
        *,
        deliver: Callable[[Delivered], None],
        wake: Callable[[], None],
    ) -> None:
        self.judge = DoorCheck(facts)
        self.tokens: tuple[str, ...] = ()
        self._tally = tally
        self._deliver = deliver
        self._wake = wake
        self._clerk = Clerk(spool, settled=self._settle)

    def answer(self, requests: Sequence[StrictRequest]) -> list[bytes | None]:
        """For each request its answer, or None where a letter must be spooled first."""
        judge, tokens = self.judge, self.tokens
        now = time.time_ns() // 1_000_000
        second = now // 1000
        brought = Round([], [], checked=bool(tokens))
        answers: list[bytes | None] = []
        for request in requests:
            outcome = judge_request(request, judge, tokens, now=now)
            if isinstance(outcome, Letter):
                brought.requests.append(request)
                brought.letters.append(outcome)
                answers.append(None)
            else:
                answers.append(self._answer(outcome, request, second))
        if brought.letters:
            self._clerk.take(brought)
        return answers

    def close(self) -> None:
        """Answer what waits, then let the clerk go."""
        self._clerk.leave()

    def _settle(self, requests: list[StrictRequest], refused: Reason | None, checked: bool) -> None:  # noqa: FBT001
        second = int(time.time())
        if refused is None:
            self._tally.took(len(requests), checked=checked)
            self._wake()
        self._deliver([(request, self._answer(refused, request, second)) for request in requests])

    def _answer(self, refused: Reason | None, request: StrictRequest, second: int) -> bytes:
        if refused is None:
            return answer(HTTPStatus.OK, closing=closes(request), second=second)
        self._tally.refused[refused] += 1
        return answer(STATUS[refused], closing=closes(request), second=second)


def judge_request(request: StrictRequest, judge: DoorCheck, tokens: tuple[str, ...], *, now: int) -> Letter | Reason:
    """The letter in it, or why there is none."""
    if request.error is not None:
        return _REASON_OF_ERROR.get(request.error.code, Reason.MALFORMED)
    try:
        body = request.body()
        asked = Asked(request.command, request.request_uri, request.headers, body)
        return judge.check(asked, tokens=tokens, now=now)
    except Refused as refused:
        return refused.reason
    except Exception:  # noqa: BLE001
        # Anyone can send anything here: a request that we did not think of must not end the door for all others.
        _LOG.exception("a request could not be judged")
        return Reason.INTERNAL
