"""The clerk: one thread that puts letters on the spool. All that wait become one record and share one fsync; while the
disk works, the server reads and checks the next ones.
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable

from storage.errors import SpoolError, SpoolFullError
from storage.letters import Letter
from storage.spool.writer import SpoolWriter
from ui.door.refusal import Reason
from ui.door.requests import StrictRequest

_LOG = logging.getLogger("door")
# Letters in one record at most: bounds what one record takes in memory, here and at intake.
_BATCH = 128
_IDLE_S = 5.0

Waiting = tuple[StrictRequest, Letter]
Settled = Callable[[list[StrictRequest], Reason | None, bool], None]


class Clerk:
    """`settled` is told, in the clerk's thread: these requests, why their letters were not kept if so, and whether
    they had been checked.
    """

    def __init__(self, spool: SpoolWriter, *, settled: Settled) -> None:
        self._spool = spool
        self._settled = settled
        # None asks the clerk to leave.
        self._desk: queue.SimpleQueue[list[Waiting] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="clerk", daemon=True)
        self._thread.start()

    def take(self, waiting: list[Waiting]) -> None:
        """Spool these letters soon."""
        self._desk.put(waiting)

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
            self._settle_all([one for waiting in heap if waiting for one in waiting])

    def _settle_all(self, waiting: list[Waiting]) -> None:
        for checked in (True, False):
            alike = [one for one in waiting if one[1].checked is checked]
            for start in range(0, len(alike), _BATCH):
                batch = alike[start : start + _BATCH]
                refused = self._keep([letter for _, letter in batch], checked=checked)
                self._settled([request for request, _ in batch], refused, checked)

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
