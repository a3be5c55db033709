"""The clerk: one thread that puts letters on the spool. All that wait become one record and share one fsync; while the
disk works, the server reads and checks the next ones.
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from typing import NamedTuple

from storage.errors import SpoolError, SpoolFullError
from storage.letters import Letter
from storage.spool.writer import SpoolWriter
from ui.door.refusal import Reason
from ui.door.requests import StrictRequest

_LOG = logging.getLogger("door")
# Letters in one record at most: bounds what one record takes in memory, here and at intake.
_BATCH = 128
_IDLE_S = 5.0

Settled = Callable[[list[StrictRequest], Reason | None, bool], None]


class Round(NamedTuple):
    """What one round of the server brought: requests, the letter in each, and whether they were checked."""

    requests: list[StrictRequest]
    letters: list[Letter]
    checked: bool


class Clerk:
    """`settled` is told, in the clerk's thread: these requests, why their letters were not kept if so, and whether
    they had been checked.
    """

    def __init__(self, spool: SpoolWriter, *, settled: Settled) -> None:
        self._spool = spool
        self._settled = settled
        # None asks the clerk to leave.
        self._desk: queue.SimpleQueue[Round | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="clerk", daemon=True)
        self._thread.start()

    def take(self, brought: Round) -> None:
        """Spool these letters soon."""
        self._desk.put(brought)

    def leave(self) -> None:
        """Spool what waits, then end."""
        self._desk.put(None)
        self._thread.join()

    def _work(self) -> None:
        stays = True
        while stays:
            try:
                heap = [self._desk.get(timeout=_IDLE_S)]
            except queue.Empty:
                self._spool.rest()
                continue
            with contextlib.suppress(queue.Empty):
                while True:
                    heap.append(self._desk.get_nowait())
            stays = None not in heap
            for checked in (True, False):
                self._settle([one for one in heap if one is not None and one.checked is checked], checked=checked)

    def _settle(self, rounds: list[Round], *, checked: bool) -> None:
        requests = [request for one in rounds for request in one.requests]
        letters = [letter for one in rounds for letter in one.letters]
        for start in range(0, len(letters), _BATCH):
            refused = self._keep(letters[start : start + _BATCH], checked=checked)
            self._settled(requests[start : start + _BATCH], refused, checked)

    def _keep(self, letters: list[Letter], *, checked: bool) -> Reason | None:
        try:
            self._spool.append(letters, checked=checked)
        except SpoolFullError:
            return Reason.SPOOL_FULL
        except SpoolError:
            return Reason.SPOOL_FAILED
        except Exception:  # noqa: BLE001
            # Without its clerk the door would take letters and answer none; this way each gets its 503.
            _LOG.exception("letters could not be spooled")
            return Reason.SPOOL_FAILED
        return None
