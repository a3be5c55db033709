"""From requests to answers: each is checked, what passed is spooled together, and only then is it answered 200."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from itertools import chain

from storage.errors import SpoolError, SpoolFullError
from storage.letters import Letter
from storage.spool.writer import SpoolWriter
from ui.door.answers import answer
from ui.door.check import Asked, DoorCheck
from ui.door.facts import DoorFacts
from ui.door.refusal import STATUS, Reason, Refused
from ui.door.requests import StrictRequest
from ui.door.server import closes
from ui.door.tally import Tally

_LOG = logging.getLogger("door")
# Letters in one record at most: bounds what one record takes in memory, here and at intake.
_BATCH = 128

_REASON_OF_ERROR = {
    413: Reason.TOO_LONG,
    431: Reason.HEADERS_TOO_LONG,
    501: Reason.UNSUPPORTED,
}


class Reception:
    """`tokens` and `judge` may be replaced at any time by the thread that listens to the core."""

    def __init__(self, facts: DoorFacts, spool: SpoolWriter, tally: Tally, *, wake: Callable[[], None]) -> None:
        self.judge = DoorCheck(facts)
        self.tokens: tuple[str, ...] = ()
        self._spool = spool
        self._tally = tally
        self._wake = wake

    def answer(self, requests: Sequence[StrictRequest]) -> list[bytes]:
        """One answer for each request, in their order."""
        judge, tokens = self.judge, self.tokens
        now = time.time_ns() // 1_000_000
        outcomes = [_outcome(request, judge, tokens, now) for request in requests]
        letters = [one for one in outcomes if isinstance(one, Letter)]
        kept = self._keep_all(letters, checked=bool(tokens))
        second = now // 1000
        return [
            self._answer(next(kept) if isinstance(outcome, Letter) else outcome, request, second)
            for request, outcome in zip(requests, outcomes, strict=True)
        ]

    def _keep_all(self, letters: list[Letter], *, checked: bool) -> Iterator[Reason | None]:
        """For each letter None, or why it was not kept."""
        batches = [letters[start : start + _BATCH] for start in range(0, len(letters), _BATCH)]
        kept = [[self._keep(batch, checked=checked)] * len(batch) for batch in batches]
        return chain.from_iterable(kept)

    def _keep(self, letters: list[Letter], *, checked: bool) -> Reason | None:
        try:
            self._spool.append(letters, checked=checked)
        except SpoolFullError:
            return Reason.SPOOL_FULL
        except SpoolError:
            return Reason.SPOOL_FAILED
        self._tally.took(len(letters), checked=checked)
        self._wake()
        return None

    def _answer(self, refused: Reason | None, request: StrictRequest, second: int) -> bytes:
        if refused is None:
            return answer(HTTPStatus.OK, closing=closes(request), second=second)
        self._tally.refused[refused] += 1
        return answer(STATUS[refused], closing=closes(request), second=second)


def _outcome(request: StrictRequest, judge: DoorCheck, tokens: tuple[str, ...], now: int) -> Letter | Reason:
    if request.error is not None:
        return _REASON_OF_ERROR.get(request.error.code, Reason.MALFORMED)
    try:
        body = request.get_body_stream().read()
        asked = Asked(request.command, request.request_uri, request.headers, body)
        return judge.check(asked, tokens=tokens, now=now)
    except Refused as refused:
        return refused.reason
    except Exception:  # noqa: BLE001
        # Anyone can send anything here: a request that we did not think of must not end the door for all others.
        _LOG.exception("a request could not be judged")
        return Reason.INTERNAL
