"""Sending with a real vault and a carrier that breaks in every way over real HTTP: never twice, never silently lost."""

from typing import NoReturn

import pytest

from appliance.sending import pauses
from appliance.sending.gate import BARRED_PAUSE, DESK_IN_AN_HOUR
from storage.audit.leaf import Action, read_leaf
from storage.jobs import JobKind
from storage.meta import Meta
from storage.people import Attention
from storage.replies import ReplyKind, ReplyState
from storage.suppressions import StopSource
from tests import desks
from tests.appliance.sending.conftest import CALLBACK, Office


def test_a_reply_is_handed_over_once_with_its_words_number_and_callback(office: Office) -> None:
    reply = office.queue("¡Abrimos a las ocho! 🦷")

    assert office.send(reply) is None

    made = office.twilio.creations[0]
    assert (made.to, made.body, made.callback) == (desks.NUMBER, "¡Abrimos a las ocho! 🦷", CALLBACK)
    sent = office.reply(reply)
    assert (sent.state, sent.provider_id, sent.attempts) == (ReplyState.SENT, made.sid, 1)
    assert office.books.last[0].person == sent.person


def test_a_job_done_twice_sends_once(office: Office) -> None:
    reply = office.queue()

    office.send(reply)
    office.send(reply)

    assert len(office.twilio.creations) == 1


def test_sending_is_committed_before_the_call(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = office.queue()
    seen = []

    def send(text: object) -> NoReturn:
        with office.vault.look() as tx:
            seen.append(tx.replies.get(reply).state)
        raise KeyboardInterrupt

    monkeypatch.setattr(type(office.outbox.gateway), "send", lambda _, text: send(text))
    with pytest.raises(KeyboardInterrupt):
        office.send(reply)

    assert seen == [ReplyState.SENDING]


def test_a_try_that_was_cut_short_is_looked_up_and_not_repeated(office: Office) -> None:
    reply = office.queue()
    with office.vault.transaction() as tx:
        tx.replies.move(reply, ReplyState.SENDING, at=office.clock.now())

    assert office.send(reply) is None

    assert office.reply(reply).state is ReplyState.UNKNOWN
    assert JobKind.LOOK_UP in office.jobs(reply)
    assert office.twilio.creations == []


@pytest.mark.parametrize("step", ["lost", "cut", "slow:1", "bad-json", "500-created"])
def test_a_text_whose_answer_was_lost_is_found_at_the_carrier(office: Office, step: str) -> None:
    office.twilio.script(step)
    reply = office.queue()

    assert office.send(reply) is None
    assert office.reply(reply).state is ReplyState.UNKNOWN
    office.clock.advance(5_000)
    assert office.look_up(reply) is None

    assert office.reply(reply).state is ReplyState.SENT
    assert office.reply(reply).provider_id == office.twilio.creations[0].sid
    assert office.twilio.twice() == []
    assert office.alerts() == set()


@pytest.mark.parametrize("step", ["dropped", "500", "502"])
def test_a_text_that_the_carrier_never_made_comes_to_a_person_and_is_not_repeated(office: Office, step: str) -> None:
    office.twilio.script(step)
    reply = office.queue()
    office.send(reply)
    looks = 0

    due: int | None = office.clock.now()
    while due is not None:
        office.clock.advance(max(due - office.clock.now(), 1))
        looks += 1
        due = office.look_up(reply, looks=looks)

    kept = office.reply(reply)
    assert (kept.state, kept.error_code) == (ReplyState.UNKNOWN, "not-found")
    assert office.clock.now() - desks.NOW >= pauses.NOT_THERE_AFTER
    assert 4 <= looks <= 12
    assert office.alerts() == {"unsent"}
    assert office.person().attention is Attention.UNSENT
    assert office.twilio.creations == []


def test_two_equal_texts_at_the_carrier_are_not_guessed_between(office: Office) -> None:
    office.twilio.script("lost", "lost")
    first, second = office.queue(), office.queue()
    office.send(first)
    office.send(second)

    office.look_up(first)

    assert office.reply(first).error_code == "not-found"
    assert office.alerts() == {"unsent"}


def test_a_look_up_that_cannot_read_the_list_concludes_nothing(office: Office) -> None:
    office.twilio.script("dropped")
    reply = office.queue()
    office.send(reply)
    office.clock.advance(pauses.NOT_THERE_AFTER * 2)
    office.twilio.token = "changed"

    assert office.look_up(reply) is not None

    assert office.reply(reply).state is ReplyState.UNKNOWN
    assert office.alerts() == set()


@pytest.mark.parametrize(("step", "pause"), [("429:120", 120_000), ("503", 15_000)])
def test_what_was_surely_not_taken_is_tried_again_later(office: Office, step: str, pause: int) -> None:
    office.twilio.script(step)
    reply = office.queue()

    assert office.send(reply) == office.clock.now() + pause
    assert office.reply(reply).state is ReplyState.QUEUED
    assert office.send(reply) is None

    assert office.reply(reply).state is ReplyState.SENT
    assert len(office.twilio.creations) == 1


def test_a_carrier_that_is_gone_is_tried_with_growing_pauses_until_it_is_too_late(office: Office) -> None:
    reply = office.queue()
    office.twilio.script(*["503"] * 20)
    pauses_seen = []

    while (due := office.send(reply)) is not None:
        pauses_seen.append(due - office.clock.now())
        office.clock.advance(pauses_seen[-1])

    assert pauses_seen == sorted(pauses_seen)
    assert office.reply(reply).state in {ReplyState.FAILED, ReplyState.REFUSED}
    assert office.alerts() == {"unsent"}
    assert office.twilio.creations == []


def test_21610_becomes_a_stop_that_holds(office: Office) -> None:
    office.twilio.script("21610")
    first = office.queue()

    office.send(first)
    second = office.queue("And one more.")
    office.send(second)

    assert (office.reply(first).state, office.reply(first).error_code) == (ReplyState.FAILED, "21610")
    assert (office.reply(second).state, office.reply(second).error_code) == (ReplyState.REFUSED, "suppressed")
    with office.vault.look() as tx:
        stop = tx.suppressions.of(office.vault.number_index(desks.NUMBER))
    assert stop is not None
    assert stop.source is StopSource.CARRIER
    assert office.twilio.creations == []


def test_a_number_that_cannot_be_reached_comes_to_a_person(office: Office) -> None:
    office.twilio.script("21211")
    reply = office.queue()

    assert office.send(reply) is None

    assert (office.reply(reply).state, office.reply(reply).error_code) == (ReplyState.FAILED, "21211")
    assert office.person().attention is Attention.UNSENT


def test_trouble_with_the_desks_own_account_keeps_the_reply_and_tells_the_owner(office: Office) -> None:
    office.twilio.token = "changed at the carrier"
    reply = office.queue()

    assert office.send(reply) == office.clock.now() + pauses.OUR_ACCOUNT

    assert office.reply(reply).state is ReplyState.QUEUED
    assert office.alerts() == {"carrier-account"}


def test_without_permission_nothing_leaves_and_the_reply_waits(office: Office) -> None:
    office.books.permissions.clear()
    reply = office.queue()

    assert office.send(reply) is not None

    assert office.reply(reply).state is ReplyState.QUEUED
    assert [one.code for one in office.books.refusals] == ["no-permission"]
    assert office.twilio.creations == []


def test_a_stop_that_came_a_moment_ago_holds(office: Office) -> None:
    reply = office.queue(kind=ReplyKind.STAFF, approved_by="owner", approved_at=desks.NOW)
    with office.vault.transaction() as tx:
        tx.suppressions.stop(office.vault.number_index(desks.NUMBER), StopSource.TEXT, at=desks.NOW)

    office.send(reply)

    assert office.reply(reply).state is ReplyState.REFUSED
    assert office.twilio.creations == []
    assert office.alerts() == {"unsent"}


def test_a_machines_text_gets_no_automatic_answer(office: Office) -> None:
    reply = office.queue(question="AUTO-REPLY: I am driving and will answer later.")

    office.send(reply)

    assert (office.reply(reply).state, office.reply(reply).error_code) == (ReplyState.REFUSED, "loop")


def test_two_machines_are_stopped_after_a_few_exchanges(office: Office) -> None:
    for number in range(10):
        office.send(office.queue(f"Thank you, number {number}", question=f"Thank you too, number {number}"))
        office.clock.advance(20_000)

    assert len(office.twilio.creations) == 4
    assert office.alerts() == {"unsent"}


def test_a_desk_at_its_rate_waits_and_then_sends(office: Office) -> None:
    with office.vault.transaction() as tx:
        other = desks.a_person(tx, office.vault, number="+15125550177")
        for number in range(DESK_IN_AN_HOUR):
            one = desks.a_reply(tx, other.id, f"number {number}")
            tx.replies.move(one.id, ReplyState.SENDING, at=desks.NOW)
    reply = office.queue()

    due = office.send(reply)

    assert due is not None
    assert due > office.clock.now()
    office.clock.advance(pauses.HOUR + 1)
    assert office.send(reply) is None
    assert len(office.twilio.creations) == 1


def test_each_step_has_its_leaf_and_no_leaf_has_words(office: Office) -> None:
    office.twilio.script("lost")
    reply = office.queue("a word that is in no leaf")
    office.send(reply)
    office.look_up(reply)

    with office.vault.look() as tx:
        leaves = [read_leaf(tx.audit.leaf_body(index)) for index in range(tx.audit.count())]

    ours = [leaf.action for leaf in leaves if leaf.object == reply]
    assert ours == [Action.SENDING, Action.STATUS, Action.SENT]
    assert Action.READ in {leaf.action for leaf in leaves}
    assert b"a word" not in b"".join(leaf.canonical() for leaf in leaves)


def test_while_sending_is_paused_a_reply_waits_and_goes_out_afterwards(office: Office) -> None:
    reply = office.queue()
    with office.vault.transaction() as tx:
        tx.meta.put(Meta.SENDING_PAUSED, "log-behind")

    again = office.send(reply)

    assert again == office.clock.now() + BARRED_PAUSE
    assert office.twilio.creations == []
    with office.vault.transaction() as tx:
        tx.meta.put(Meta.SENDING_PAUSED, "")
    assert office.send(reply) is None
    assert len(office.twilio.creations) == 1
