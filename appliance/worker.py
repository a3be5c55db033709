"""The worker: runs due jobs and chores in threads of its own. Holds the only broad except of the desk.

Intake, answering and sending have separate threads, so that a slow model never delays a stop word, and a
slow carrier never delays intake.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from appliance.gateways.clock import Clock
from storage.errors import ErasedError, NightdeskError
from storage.jobs import Job, JobKind
from storage.vault import Vault

LEASE_MS: Final = 5 * 60 * 1000
MOST_ATTEMPTS: Final = 8
_PAUSES_MS: Final = (1_000, 5_000, 30_000, 120_000, 600_000)
_LONGEST_WAIT_S: Final = 1.0
_STOP_WITHIN_S: Final = 8.0
_ANSWERING: Final[tuple[JobKind, ...]] = (JobKind.ANSWER,)
_SENDING: Final[tuple[JobKind, ...]] = (
    JobKind.SEND,
    JobKind.LOOK_UP,
    JobKind.NOTIFY,
    JobKind.REDACT,
)

log = logging.getLogger("nightdesk.worker")

Handler = Callable[[Job], int | None]
"""Does a job. None when it is done; else when to try again (ms). Must bear being done twice."""
GaveUp = Callable[[Job, str], None]
"""Told when a job failed for the last time, with the code of the error."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done again and again, and once at the start."""

    name: str
    every_ms: int
    run: Callable[[], object]
    apart: bool = False
    """It may take long (a disk that is slow, a network), so it runs in a thread that the others do not wait for."""
    alone: bool = False
    """It is to be done soon whatever else takes long, so it has a thread of its own."""


@dataclass(slots=True)
class Health:
    """How the worker is doing, for the status page. Written by its threads, read by anybody."""

    failing: dict[str, str] = field(default_factory=dict)
    ran_at: dict[str, int] = field(default_factory=dict)


class Worker:
    """The threads of one desk."""

    def __init__(
        self,
        *,
        vault: Vault,
        clock: Clock,
        take_in: Callable[[float], bool],
        handlers: Mapping[JobKind, Handler],
        chores: Sequence[Chore],
        gave_up: GaveUp,
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._take_in = take_in
        self._handlers = handlers
        self._chores = chores
        self._gave_up = gave_up
        self._ending = threading.Event()
        self._wake = {kinds: threading.Event() for kinds in (_ANSWERING, _SENDING)}
        self._threads: list[threading.Thread] = []
        self._again: set[str] = set()
        self.health = Health()

    def start(self) -> None:
        """Begin. Jobs that a killed core had leased are taken up at once."""
        with self._vault.transaction() as tx:
            tx.jobs.release_all()
        loops: list[tuple[str, Callable[[], object]]] = [
            ("intake", self._intake_loop),
            *((f"answer-{n}", lambda: self._job_loop(_ANSWERING)) for n in range(2)),
            *((f"send-{n}", lambda: self._job_loop(_SENDING)) for n in range(2)),
            ("chores", lambda: self._chore_loop([one for one in self._chores if not (one.apart or one.alone)])),
            ("chores-apart", lambda: self._chore_loop([one for one in self._chores if one.apart])),
            *((one.name, partial(self._chore_loop, [one])) for one in self._chores if one.alone),
        ]
        self._threads = [threading.Thread(target=loop, name=name, daemon=True) for name, loop in loops]
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        """Something was queued: look now rather than within the second."""
        for event in self._wake.values():
            event.set()

    def again(self, code: str) -> None:
        """Why something failed is gone: each chore that failed with this code is tried within the second."""
        self._again.update(name for name, why in tuple(self.health.failing.items()) if why == code)

    def stop(self) -> None:
        """End after the acts under way; what is not done stays on the list."""
        self._ending.set()
        self.nudge()
        for thread in self._threads:
            thread.join(_STOP_WITHIN_S / len(self._threads))

    def _intake_loop(self) -> None:
        while not self._ending.is_set():
            if self._guarded("intake", lambda: self._take_in(_LONGEST_WAIT_S / 2)):
                self._wake[_ANSWERING].set()

    def _job_loop(self, kinds: tuple[JobKind, ...]) -> None:
        wake = self._wake[kinds]
        while not self._ending.is_set():
            if self._guarded("jobs", lambda: self._next_job(kinds)):
                continue
            wake.wait(_LONGEST_WAIT_S)
            wake.clear()

    def _next_job(self, kinds: tuple[JobKind, ...]) -> bool:
        now = self._clock.now()
        # Looking first costs no write lock; most looks find nothing.
        with self._vault.look() as tx:
            due = tx.jobs.next_due(kinds, now=now)
        if due is None:
            return False
        with self._vault.reading() as tx:
            leased = tx.jobs.lease(kinds, now=now, for_ms=LEASE_MS)
        for job in leased:
            self._do(job)
        return bool(leased)

    def _do(self, job: Job) -> None:
        try:
            again = self._handlers[job.kind](job)
        except ErasedError:
            # Whoever it was about was erased while it waited: there is nothing left to be done.
            again = None
        except Exception as error:  # noqa: BLE001 - one job's failure must not end the desk; see _failed
            self._failed(job, error)
            return
        with self._vault.transaction() as tx:
            if again is None:
                tx.jobs.finish(job.id)
            else:
                tx.jobs.again(job.id, due=again, at=self._clock.now())
        # A run queues replies, a try to send may queue a look-up; nothing else makes more work.
        self._wake[_SENDING].set()

    def _failed(self, job: Job, error: Exception) -> None:
        code = code_of(error)
        log.warning("job failed", extra={"job": job.kind.value, "subject": job.subject, "code": code})
        if job.attempts >= MOST_ATTEMPTS:
            self._gave_up(job, code)
        pause = _PAUSES_MS[min(job.attempts, len(_PAUSES_MS)) - 1]
        now = self._clock.now()
        with self._vault.transaction() as tx:
            if job.attempts >= MOST_ATTEMPTS:
                tx.jobs.finish(job.id)
            else:
                tx.jobs.again(job.id, due=now + pause, at=now)

    def _chore_loop(self, chores: Sequence[Chore]) -> None:
        due = dict.fromkeys((chore.name for chore in chores), 0)
        while not self._ending.is_set():
            now = self._clock.now()
            for chore in chores:
                # A machine that slept wakes with every chore overdue: that is the sweep "on wake".
                if chore.name in self._again or now >= due[chore.name] or due[chore.name] > now + chore.every_ms:
                    self._again.discard(chore.name)
                    self._guarded(chore.name, chore.run)
                    self.health.ran_at[chore.name] = now
                    due[chore.name] = now + chore.every_ms
            self._ending.wait(_LONGEST_WAIT_S)

    def _guarded(self, name: str, act: Callable[[], object]) -> bool:
        try:
            result = bool(act())
        except Exception as error:  # noqa: BLE001 - the loop goes on; the status page names what fails
            code = code_of(error)
            if self.health.failing.get(name) != code:
                log.warning("failing", extra={"part": name, "code": code})
            self.health.failing[name] = code
            self._ending.wait(_LONGEST_WAIT_S)
            return False
        self.health.failing.pop(name, None)
        return result


def code_of(error: Exception) -> str:
    """The code of an error of ours; of another only its type, since its message may quote somebody."""
    return error.code if isinstance(error, NightdeskError) else f"unexpected-{type(error).__name__}"
