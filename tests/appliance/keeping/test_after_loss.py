"""After a loss nothing is sent that may have been sent, and nobody is answered who may have been answered."""

import pytest

from appliance.keeping.after_loss import CODE, after_loss
from storage.heal import LOST_MARK
from storage.jobs import JobKind
from storage.messages import MessageState
from storage.meta import Meta
from storage.replies import ReplyState
from storage.spool.segments import note_taken
from storage.vault import Vault
from tests import desks
from tests.appliance.evening import Evening
from tests.standins.clock import FixedClock


@pytest.fixture
def evening(vault: Vault, clock: FixedClock) -> Evening:
    (vault.folder / "spool").mkdir(exist_ok=True)
    return Evening(vault, clock)


def lost(vault: Vault, clock: FixedClock) -> bool:
    (vault.folder / LOST_MARK).touch()
    return after_loss(vault, at=clock.now())


def test_nothing_is_done_where_nothing_was_lost(evening: Evening, clock: FixedClock) -> None:
    evening.receive("are you open tomorrow?")

    assert not after_loss(evening.vault, at=clock.now())
    with evening.vault.look() as tx:
        assert tx.meta.number(Meta.LOST_UNTIL) == 0
        assert not tx.alerts.unseen()


def test_a_letter_taken_in_that_the_store_does_not_know_is_a_loss(evening: Evening, clock: FixedClock) -> None:
    evening.receive("are you open tomorrow?")
    note_taken(evening.vault.folder / "spool", 7)

    assert after_loss(evening.vault, at=clock.now())


def test_it_is_told_once_and_the_mark_goes(evening: Evening, clock: FixedClock) -> None:
    assert lost(evening.vault, clock)
    assert not after_loss(evening.vault, at=clock.now())

    with evening.vault.look() as tx:
        assert [alert.code for alert in tx.alerts.unseen()] == [CODE]


def test_a_text_that_comes_in_again_waits_for_a_person(evening: Evening, clock: FixedClock) -> None:
    lost(evening.vault, clock)

    evening.receive("are you open tomorrow?", ago=5_000)
    evening.work()

    assert evening.sent() == []
    with evening.vault.look() as tx:
        assert tx.messages.count(MessageState.HELD) == 1


def test_a_stop_that_comes_in_again_still_stops(evening: Evening, clock: FixedClock) -> None:
    lost(evening.vault, clock)

    evening.receive("STOP", ago=5_000)

    with evening.vault.look() as tx:
        assert tx.messages.count(MessageState.IGNORED) == 1


def test_what_comes_in_later_is_answered_as_ever(evening: Evening, clock: FixedClock) -> None:
    lost(evening.vault, clock)
    clock.advance(1_000)

    evening.receive("are you open tomorrow?")
    evening.work()

    assert len(evening.sent()) == 1


def test_a_reply_in_line_is_looked_up_and_not_sent(evening: Evening, clock: FixedClock) -> None:
    with evening.vault.transaction() as tx:
        reply = desks.a_reply(tx, desks.a_person(tx, evening.vault).id)
        tx.jobs.add(JobKind.SEND, reply.id, due=clock.now(), at=clock.now())

    lost(evening.vault, clock)
    evening.work()

    assert evening.sent() == []
    with evening.vault.look() as tx:
        assert tx.replies.get(reply.id).state is ReplyState.UNKNOWN
        assert [job.kind for job in tx.jobs.of(reply.id)] == [JobKind.LOOK_UP]


def test_a_message_that_waits_for_its_run_is_left_to_a_person(evening: Evening, clock: FixedClock) -> None:
    evening.receive("are you open tomorrow?")

    lost(evening.vault, clock)
    evening.work()

    assert evening.sent() == []
    with evening.vault.look() as tx:
        assert tx.messages.count(MessageState.HELD) == 1
        assert tx.jobs.count() == 0
