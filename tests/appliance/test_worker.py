"""The worker: jobs are done, done again when they fail, given up at last; one failure ends nothing else."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from appliance.worker import MOST_ATTEMPTS, Chore, Handler, Worker
from storage.errors import LogBehindError, StorageError
from storage.ids import new_id
from storage.jobs import Job, JobKind
from storage.vault import Vault
from tests.standins.clock import FixedClock

_WITHIN_S = 10.0


@contextmanager
def a_worker(
    vault: Vault, clock: FixedClock, handler: Handler, *chores: Chore, **more: Callable[..., None]
) -> Iterator[Worker]:
    worker = Worker(
        vault=vault,
        clock=clock,
        take_in=lambda timeout: bool(threading.Event().wait(min(timeout, 0.05))),
        handlers=dict.fromkeys(JobKind, handler),
        chores=chores,
        gave_up=more.get("gave_up", lambda *_: None),
    )
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def add(vault: Vault, clock: FixedClock, kind: JobKind = JobKind.ANSWER) -> str:
    subject = new_id()
    with vault.transaction() as tx:
        tx.jobs.add(kind, subject, due=clock.now(), at=clock.now())
    return subject


def waiting(vault: Vault) -> int:
    with vault.look() as tx:
        return tx.jobs.count()


def test_a_job_is_done_once_and_is_gone(vault: Vault, clock: FixedClock) -> None:
    done: list[str] = []
    finished = threading.Event()

    def handler(job: Job) -> None:
        done.append(job.subject)
        finished.set()

    subject = add(vault, clock)
    with a_worker(vault, clock, handler):
        assert finished.wait(_WITHIN_S)

    assert (done, waiting(vault)) == ([subject], 0)


def test_a_failing_job_is_tried_again_later_and_given_up_at_last(
    vault: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clock leaps here; on a busy machine a lease would else run out while its job is still being done.
    monkeypatch.setattr("appliance.worker.LEASE_MS", 10**12)
    tries = 0
    given_up = threading.Event()

    def handler(job: Job) -> int | None:
        nonlocal tries
        tries += 1
        raise StorageError("it does not work")

    add(vault, clock)
    with a_worker(vault, clock, handler, gave_up=lambda *_: given_up.set()) as worker:
        while not given_up.wait(0.02):
            clock.advance(700_000)
            worker.nudge()
        waited = threading.Event()
        while waiting(vault) and not waited.wait(0.02):
            pass

    assert tries == MOST_ATTEMPTS
    assert waiting(vault) == 0


def test_a_job_that_a_killed_core_had_leased_is_taken_up_at_the_start(vault: Vault, clock: FixedClock) -> None:
    add(vault, clock)
    with vault.transaction() as tx:
        assert tx.jobs.lease((JobKind.ANSWER,), now=clock.now(), for_ms=10**9)
    done = threading.Event()

    with a_worker(vault, clock, lambda _: done.set()):
        assert done.wait(_WITHIN_S)


def test_a_slow_answer_does_not_delay_sending(vault: Vault, clock: FixedClock) -> None:
    held, sent = threading.Event(), threading.Event()

    def handler(job: Job) -> None:
        if job.kind is JobKind.SEND:
            sent.set()
        else:
            held.wait(_WITHIN_S)

    for _ in range(4):
        add(vault, clock)
    add(vault, clock, JobKind.SEND)
    with a_worker(vault, clock, handler):
        assert sent.wait(_WITHIN_S)
        held.set()


def test_a_chore_that_fails_is_named_and_the_others_go_on(vault: Vault, clock: FixedClock) -> None:
    ran = threading.Event()

    def broken() -> None:
        raise StorageError("no")

    chores = (Chore("broken", 1000, broken), Chore("whole", 1000, ran.set))
    with a_worker(vault, clock, lambda _: None, *chores) as worker:
        assert ran.wait(_WITHIN_S)
        assert worker.health.failing == {"broken": "storage"}


def test_a_chore_is_tried_again_at_once_when_the_reason_why_it_failed_is_gone(vault: Vault, clock: FixedClock) -> None:
    runs = {"broken": 0, "other": 0}
    why: list[Exception] = [LogBehindError("no")]

    def run(name: str) -> None:
        runs[name] += 1
        if why:
            raise why[0] if name == "broken" else StorageError("no")

    chores = [Chore(name, 3_600_000, partial(run, name), apart=name == "broken") for name in runs]
    with a_worker(vault, clock, lambda _: None, *chores) as worker:
        assert eventually(lambda: worker.health.failing == {"broken": "log-behind", "other": "storage"})
        why.clear()
        worker.again("log-behind")

        assert eventually(lambda: worker.health.failing == {"other": "storage"})

    assert runs == {"broken": 2, "other": 1}


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + _WITHIN_S
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_clock_that_jumps_makes_every_chore_due(vault: Vault, clock: FixedClock) -> None:
    runs = threading.Semaphore(0)
    with a_worker(vault, clock, lambda _: None, Chore("sweep", 600_000, runs.release)):
        assert runs.acquire(timeout=_WITHIN_S)
        clock.advance(8 * 3_600_000)
        assert runs.acquire(timeout=_WITHIN_S)
        clock.advance(-30 * 86_400_000)
        assert runs.acquire(timeout=_WITHIN_S)
