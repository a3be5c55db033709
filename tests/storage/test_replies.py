"""Replies: one unattended reply a message, one reply a decision, each found by state and by the carrier's id."""

import pytest

from storage.errors import MissingError, StorageError
from storage.reading import Reading, Shown
from storage.replies import ReplyId, ReplyKind, ReplyState
from storage.vault import Vault
from tests import desks
from tests.at_once import at_once

APPROVED = {"approved_by": "owner", "approved_at": desks.NOW, "kind": ReplyKind.STAFF}


def test_a_message_gets_one_unattended_reply_however_often_it_is_answered(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        message = desks.a_message(tx, person).id

        first = tx.replies.add(desks.new_reply(person, message=message))
        second = tx.replies.add(desks.new_reply(person, "Something else", message=message, kind=ReplyKind.HOLDING))

        assert first is not None
        assert second is None
        assert tx.replies.count() == 1


def test_of_twenty_answers_at_once_one_is_queued(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        message = desks.a_message(tx, person).id

    def answer(_: int) -> bool:
        with store.transaction() as tx:
            return tx.replies.add(desks.new_reply(person, message=message)) is not None

    assert at_once(20, answer).count(True) == 1


def test_staff_may_write_as_often_as_they_like(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        message = desks.a_message(tx, person).id
        desks.a_reply(tx, person, message=message)

        for _ in range(2):
            desks.a_reply(tx, person, "Come at nine", message=message, **APPROVED)

        assert tx.replies.count() == 3


def test_the_body_is_read_back_and_in_no_repr(store: Vault) -> None:
    with store.transaction() as tx:
        reply = desks.a_reply(tx, desks.a_person(tx, store).id, "We open at eight 🌞")

        words = tx.readings.one(Reading("sender", Shown.SENDING, desks.NOW), reply.body)

        assert words.text == "We open at eight 🌞"
        assert "eight" not in repr(reply) + repr(words) + str(words)


def test_each_sending_counts_as_an_attempt_with_its_time(store: Vault) -> None:
    with store.transaction() as tx:
        reply = desks.a_reply(tx, desks.a_person(tx, store).id).id

        tx.replies.move(reply, ReplyState.SENDING, at=desks.NOW + 1)
        tx.replies.move(reply, ReplyState.QUEUED, at=desks.NOW + 2, error_code="20429")
        tx.replies.move(reply, ReplyState.SENDING, at=desks.NOW + 3)

        found = tx.replies.get(reply)
        assert (found.attempts, found.sending_at, found.state_at) == (2, desks.NOW + 3, desks.NOW + 3)
        assert found.error_code is None
        assert tx.replies.handed_over_since(desks.NOW + 3, until=desks.NOW + 9) == 1
        assert tx.replies.handed_over_since(desks.NOW + 4, until=desks.NOW + 9) == 0


def test_a_reply_is_found_by_what_the_carrier_calls_it_and_that_name_is_used_once(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        first, second = desks.a_reply(tx, person).id, desks.a_reply(tx, person).id
        tx.replies.accepted(first, account=desks.ACCOUNT, provider_id="SM9")
        found = tx.replies.by_provider_id(desks.ACCOUNT, "SM9")

        assert found is not None
        assert found.id == first
        assert tx.replies.by_provider_id("AC-other", "SM9") is None

    with pytest.raises(StorageError), store.transaction() as tx:
        tx.replies.accepted(second, account=desks.ACCOUNT, provider_id="SM9")


def test_replies_are_listed_by_state_the_longest_waiting_first(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        late, early, sent = (desks.a_reply(tx, person, created_at=desks.NOW + n).id for n in (9, 1, 5))
        tx.replies.move(sent, ReplyState.SENT, at=desks.NOW + 20)

        assert [one.id for one in tx.replies.in_state(ReplyState.QUEUED)] == [early, late]
        assert [one.id for one in tx.replies.in_state(ReplyState.QUEUED, ReplyState.SENT, limit=2)] == [early, late]
        assert tx.replies.count(ReplyState.SENT) == 1
        assert tx.replies.count() == 3


def test_what_one_person_got_lately_is_counted_for_the_gate(store: Vault) -> None:
    with store.transaction() as tx:
        ana, ben = (desks.a_person(tx, store, number=number).id for number in ("+15125550101", "+15125550102"))
        made = [desks.a_reply(tx, ana, created_at=desks.NOW + n).id for n in range(3)]
        desks.a_reply(tx, ben, created_at=desks.NOW + 2)
        desks.a_reply(tx, ana, kind=ReplyKind.HOLDING, created_at=desks.NOW - 5)

        assert [one.id for one in tx.replies.to_person_since(ana, desks.NOW + 1)] == made[1:]
        assert tx.replies.last_of(ana, ReplyKind.HOLDING) == desks.NOW - 5
        assert tx.replies.last_of(ana, ReplyKind.EMERGENCY) is None


def test_a_thread_shows_its_newest_replies_oldest_first_and_all_of_them_can_be_walked(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        made = [desks.a_reply(tx, person, created_at=desks.NOW + n).id for n in range(250)]

        assert [one.id for one in tx.replies.thread(person)] == made[50:]
        assert [one.id for one in tx.replies.all_of(person)] == made


def test_the_order_of_replies_of_one_moment_is_the_same_each_time(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        for _ in range(10):
            desks.a_reply(tx, person)

        assert [one.id for one in tx.replies.thread(person)] == [one.id for one in tx.replies.all_of(person)]


def test_a_reply_that_is_not_there_is_named_by_id(store: Vault) -> None:
    with store.look() as tx, pytest.raises(MissingError, match="f" * 32):
        tx.replies.get(ReplyId("f" * 32))
