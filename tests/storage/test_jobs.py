"""Jobs: leased and not taken, once for each subject, done by another when a worker dies."""

from storage.ids import new_id
from storage.jobs import CLOCK_SLACK, JobKind
from storage.vault import Vault
from tests import desks
from tests.at_once import at_once

ANSWER = (JobKind.ANSWER,)
LEASE = 60_000


def test_the_same_job_twice_is_one_job(store: Vault) -> None:
    subject = new_id()
    with store.transaction() as tx:
        for _ in range(3):
            tx.jobs.add(JobKind.ANSWER, subject, due=desks.NOW, at=desks.NOW)
        tx.jobs.add(JobKind.SEND, subject, due=desks.NOW, at=desks.NOW)

        assert tx.jobs.count() == 2
        assert {job.kind for job in tx.jobs.of(subject)} == {JobKind.ANSWER, JobKind.SEND}


def test_a_job_is_leased_by_one_of_twenty_workers(store: Vault) -> None:
    with store.transaction() as tx:
        for _ in range(5):
            tx.jobs.add(JobKind.ANSWER, new_id(), due=desks.NOW, at=desks.NOW)

    def work(_: int) -> list[str]:
        with store.transaction() as tx:
            return [job.id for job in tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE)]

    leased = [job for one in at_once(20, work) if isinstance(one, list) for job in one]

    assert len(leased) == len(set(leased)) == 5


def test_the_most_overdue_is_leased_first_and_what_is_not_due_waits(store: Vault) -> None:
    subjects = [new_id() for _ in range(3)]
    with store.transaction() as tx:
        for subject, due in zip(subjects, (desks.NOW - 5, desks.NOW - 9, desks.NOW + 1), strict=True):
            tx.jobs.add(JobKind.ANSWER, subject, due=due, at=desks.NOW)

        leased = tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE, limit=9)

        assert [job.subject for job in leased] == [subjects[1], subjects[0]]
        assert tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE, limit=9) == []


def test_other_kinds_are_left_alone(store: Vault) -> None:
    with store.transaction() as tx:
        tx.jobs.add(JobKind.SEND, new_id(), due=desks.NOW, at=desks.NOW)

        assert tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE) == []
        assert tx.jobs.next_due(ANSWER, now=desks.NOW) is None
        assert tx.jobs.next_due((JobKind.SEND,), now=desks.NOW) == desks.NOW


def test_a_lease_ends_and_another_worker_counts_one_attempt_more(store: Vault) -> None:
    with store.transaction() as tx:
        tx.jobs.add(JobKind.ANSWER, new_id(), due=desks.NOW, at=desks.NOW)
        first = tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE)[0]

        assert tx.jobs.lease(ANSWER, now=desks.NOW + LEASE - 1, for_ms=LEASE) == []
        second = tx.jobs.lease(ANSWER, now=desks.NOW + LEASE, for_ms=LEASE)[0]

        assert second.id == first.id
        assert (first.attempts, second.attempts) == (1, 2)


def test_a_job_put_off_comes_back_when_it_is_due(store: Vault) -> None:
    with store.transaction() as tx:
        tx.jobs.add(JobKind.ANSWER, new_id(), due=desks.NOW, at=desks.NOW)
        job = tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE)[0]

        tx.jobs.again(job.id, due=desks.NOW + 500, at=desks.NOW)

        assert tx.jobs.lease(ANSWER, now=desks.NOW + 499, for_ms=LEASE) == []
        assert tx.jobs.lease(ANSWER, now=desks.NOW + 500, for_ms=LEASE)[0].id == job.id


def test_a_fresh_start_takes_up_what_a_dead_worker_had(store: Vault) -> None:
    with store.transaction() as tx:
        tx.jobs.add(JobKind.ANSWER, new_id(), due=desks.NOW, at=desks.NOW)
        tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE)

        tx.jobs.release_all()

        assert tx.jobs.next_due(ANSWER, now=desks.NOW) == desks.NOW
        assert len(tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE)) == 1


def test_a_finished_job_leaves_nothing_and_may_be_asked_for_again(store: Vault) -> None:
    subject = new_id()
    with store.transaction() as tx:
        tx.jobs.add(JobKind.ANSWER, subject, due=desks.NOW, at=desks.NOW)
        tx.jobs.finish(tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE)[0].id)
        assert tx.jobs.count() == 0

        tx.jobs.add(JobKind.ANSWER, subject, due=desks.NOW, at=desks.NOW)

        assert tx.jobs.lease(ANSWER, now=desks.NOW, for_ms=LEASE)[0].attempts == 1


DAYS = 3 * 24 * 60 * 60 * 1000


def test_after_the_clock_was_set_back_nothing_waits_for_that_time_to_come_again(store: Vault) -> None:
    late = desks.NOW + DAYS
    with store.transaction() as tx:
        tx.jobs.add(JobKind.ANSWER, "new", due=late + 7, at=late)
        tx.jobs.add(JobKind.SEND, "tried", due=desks.NOW - 9, at=desks.NOW - 9)
        tried = tx.jobs.lease((JobKind.SEND,), now=late, for_ms=LEASE)[0]
        tx.jobs.again(tried.id, due=late + 500, at=late)
        tx.jobs.add(JobKind.LOOK_UP, "worked on", due=desks.NOW - 5, at=desks.NOW - 5)
        tx.jobs.lease((JobKind.LOOK_UP,), now=late, for_ms=LEASE)
        tx.jobs.add(JobKind.NOTIFY, "of today", due=desks.NOW + DAYS, at=desks.NOW)

        assert tx.jobs.from_later(now=desks.NOW, lease_ms=LEASE) == 3
        tx.jobs.set_back(now=desks.NOW, lease_ms=LEASE)

        assert tx.jobs.from_later(now=desks.NOW, lease_ms=LEASE) == 0
        due = {name: tx.jobs.of(name)[0].due_at for name in ("new", "tried", "of today")}
        assert due == {"new": desks.NOW + 7, "tried": desks.NOW + 500, "of today": desks.NOW + DAYS}
        assert tx.jobs.lease((JobKind.SEND,), now=desks.NOW + 500, for_ms=LEASE)[0].subject == "tried"
        assert tx.jobs.next_due((JobKind.LOOK_UP,), now=desks.NOW + LEASE - 1) is None
        assert tx.jobs.next_due((JobKind.LOOK_UP,), now=desks.NOW + LEASE) == desks.NOW - 5


def test_what_was_put_back_in_a_time_to_come_is_found_after_a_restart_too(store: Vault) -> None:
    late = desks.NOW + DAYS
    with store.transaction() as tx:
        tx.jobs.add(JobKind.SEND, "tried", due=desks.NOW, at=desks.NOW)
        tried = tx.jobs.lease((JobKind.SEND,), now=late, for_ms=LEASE)[0]
        tx.jobs.again(tried.id, due=late + 500, at=late)

        tx.jobs.release_all()
        tx.jobs.set_back(now=desks.NOW, lease_ms=LEASE)

        assert tx.jobs.next_due((JobKind.SEND,), now=desks.NOW + 500) == desks.NOW + 500


def test_a_clock_that_is_put_right_by_seconds_moves_no_job(store: Vault) -> None:
    with store.transaction() as tx:
        tx.jobs.add(JobKind.SEND, "a", due=desks.NOW + 900, at=desks.NOW)

        tx.jobs.set_back(now=desks.NOW - CLOCK_SLACK, lease_ms=LEASE)

        assert tx.jobs.of("a")[0].due_at == desks.NOW + 900
