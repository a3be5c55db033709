"""What the carrier tells: callbacks in any order, and its own list where a callback or a webhook was lost."""

import itertools

import pytest

from appliance.errors import CarrierError
from appliance.gateways.sms import CarrierStatus
from appliance.sending.status import heed, read_status
from appliance.sending.sweep import FURTHEST, GRACE, OVERLAP, STANDING
from storage.audit.leaf import Action, read_leaf
from storage.jobs import JobKind
from storage.letters import Letter, LetterKind
from storage.meta import Meta
from storage.people import Attention
from storage.replies import ReplyId, ReplyState
from storage.suppressions import StopSource
from tests import desks
from tests.appliance.sending.conftest import Office
from tests.standins.signed import ACCOUNT, status

MINUTE = 60_000


def sent(office: Office) -> ReplyId:
    reply = office.queue()
    office.send(reply)
    return reply


def tell(office: Office, sid: str, word: str, *, error: str = "") -> None:
    fields = tuple(status(sid, word, error=error).items())
    letter = Letter(LetterKind.STATUS, office.clock.now(), "", fields, "", checked=True)
    with office.vault.transaction() as tx:
        read_status(tx, letter, office.clock.now())


def test_callbacks_in_any_order_end_in_delivered(office: Office) -> None:
    for number, words in enumerate(itertools.permutations(["queued", "sending", "sent", "delivered"])):
        sid = f"SM{number:032x}"
        with office.vault.transaction() as tx:
            reply = desks.a_reply(tx, desks.a_person(tx, office.vault).id)
            tx.replies.accepted(reply.id, account=ACCOUNT, provider_id=sid)
            tx.replies.move(reply.id, ReplyState.SENT, at=desks.NOW)

        for word in words:
            tell(office, sid, word)

        assert office.reply(reply.id).state is ReplyState.DELIVERED


def test_a_failed_delivery_comes_to_a_person_with_its_code(office: Office) -> None:
    reply = sent(office)

    tell(office, office.twilio.creations[0].sid, "undelivered", error="30005")

    kept = office.reply(reply)
    assert (kept.state, kept.error_code) == (ReplyState.UNDELIVERED, "30005")
    assert office.person().attention is Attention.UNSENT
    assert office.alerts() == {"unsent"}


def test_a_stop_told_by_callback_is_a_stop(office: Office) -> None:
    sent(office)

    tell(office, office.twilio.creations[0].sid, "failed", error="21610")

    with office.vault.look() as tx:
        stop = tx.suppressions.of(office.vault.number_index(desks.NUMBER))
    assert stop is not None
    assert stop.source is StopSource.CARRIER


@pytest.mark.parametrize(
    ("sid", "word", "error"),
    [("SM" + "0" * 32, "delivered", ""), ("", "delivered", ""), (None, "teleported", ""), (None, "", "")],
)
def test_what_cannot_be_understood_changes_nothing(office: Office, sid: str | None, word: str, error: str) -> None:
    reply = sent(office)

    tell(office, office.twilio.creations[0].sid if sid is None else sid, word, error=error)

    assert office.reply(reply).state is ReplyState.SENT


def test_an_error_code_that_is_none_is_not_kept(office: Office) -> None:
    reply = sent(office)

    tell(office, office.twilio.creations[0].sid, "failed", error="call +1 512 555 0123 <b>")

    assert office.reply(reply).error_code is None


def test_the_same_callback_twice_is_one_step(office: Office) -> None:
    reply = sent(office)

    with office.vault.transaction() as tx:
        steps = [heed(tx, tx.replies.get(reply), CarrierStatus.DELIVERED, "", at=desks.NOW) for _ in range(2)]

    assert steps == [True, False]


def test_texts_that_the_door_never_got_are_imported_oldest_first(office: Office) -> None:
    office.sweep.sweep()
    now = office.clock.now() / 1000
    for number in range(120):
        office.twilio.inbound("+15125550199", f"text {number}", created=now + number)
    office.clock.advance(120_000 + GRACE)

    swept = office.sweep.sweep()

    assert swept.imported == 120
    kept = office.messages("+15125550199")
    assert [words for words, _ in kept] == [f"text {number}" for number in range(120)]
    assert (kept[0][1].received_at, kept[0][1].late) == (desks.NOW, False)


def test_texts_that_we_have_are_not_imported_again(office: Office) -> None:
    reply = office.queue()
    with office.vault.look() as tx:
        message = tx.messages.thread(office.person().id)[0]
    office.twilio.inbound(desks.NUMBER, "When do you open?", sid=message.provider_id, created=desks.NOW / 1000)
    office.clock.advance(2 * GRACE)

    assert office.sweep.sweep().imported == 0
    assert office.reply(reply).state is ReplyState.QUEUED


def test_a_text_that_is_on_its_way_is_left_to_the_door(office: Office) -> None:
    office.sweep.sweep()
    office.twilio.inbound("+15125550199", "just now")

    assert office.sweep.sweep().imported == 0
    office.clock.advance(GRACE + 1)
    assert office.sweep.sweep().imported == 1


def test_the_first_sweep_of_a_desk_leaves_what_came_before_it(office: Office) -> None:
    office.twilio.inbound("+15125550199", "years ago", created=desks.NOW / 1000 - 400 * 86400)

    assert office.sweep.sweep().imported == 0


def test_a_machine_that_slept_for_days_gets_all_of_them(office: Office) -> None:
    office.sweep.sweep()
    office.twilio.inbound("+15125550199", "on the first night", created=desks.NOW / 1000 + 60)
    office.clock.advance(3 * 24 * 60 * MINUTE)

    assert office.sweep.sweep().imported == 1
    assert office.messages("+15125550199")[0][1].late
    assert office.sweep.sweep().imported == 0


def test_a_sweep_that_fails_looks_as_far_back_the_next_time(office: Office) -> None:
    office.sweep.sweep()
    office.twilio.inbound("+15125550199", "while the tunnel was down", created=desks.NOW / 1000 + 60)
    office.clock.advance(OVERLAP * 5)
    token, office.twilio.token = office.twilio.token, "changed"
    with pytest.raises(CarrierError):
        office.sweep.sweep()
    office.twilio.token = token

    assert office.sweep.sweep().imported == 1
    assert FURTHEST > OVERLAP


def test_a_delivery_that_no_callback_told_is_heeded(office: Office) -> None:
    reply = sent(office)
    text = office.twilio.creations[0]
    text.status, text.error_code = "undelivered", 30003

    assert office.sweep.sweep().moved == 1

    kept = office.reply(reply)
    assert (kept.state, kept.error_code) == (ReplyState.UNDELIVERED, "30003")


def test_a_text_that_somebody_else_sent_from_our_number_is_left_alone(office: Office) -> None:
    office.twilio.create({"From": "+15125550100", "To": "+15125550188", "Body": "from the carrier's console"})

    assert office.sweep.sweep().moved == 0


def test_a_sweep_that_found_nothing_writes_no_leaf(office: Office) -> None:
    sent(office)
    office.sweep.sweep()

    with office.vault.look() as tx:
        actions = [read_leaf(tx.audit.leaf_body(index)).action for index in range(tx.audit.count())]
        assert tx.meta.number(Meta.LAST_SWEEP) == desks.NOW
    assert Action.SWEPT not in actions


@pytest.mark.parametrize(
    ("state", "kind"),
    [(ReplyState.QUEUED, JobKind.SEND), (ReplyState.SENDING, JobKind.SEND), (ReplyState.UNKNOWN, JobKind.LOOK_UP)],
)
def test_a_reply_that_stands_still_without_a_job_gets_one(office: Office, state: ReplyState, kind: JobKind) -> None:
    reply = office.queue()
    with office.vault.transaction() as tx:
        tx.replies.move(reply, state, at=desks.NOW)
        for job in tx.jobs.of(reply):
            tx.jobs.finish(job.id)

    office.sweep.sweep()
    assert office.jobs(reply) == set()
    office.clock.advance(STANDING + 1)
    office.sweep.sweep()

    assert office.jobs(reply) == {kind}


def test_a_reply_left_to_a_person_is_told_once_and_still_found_if_it_turns_up(office: Office) -> None:
    office.twilio.script("dropped")
    reply = sent(office)
    office.clock.advance(STANDING * 3)
    office.look_up(reply)
    office.look_up(reply)
    with office.vault.look() as tx:
        assert [alert.count for alert in tx.alerts.unseen()] == [1]

    made = office.twilio.create({"From": "+15125550100", "To": desks.NUMBER, "Body": "We open at eight."})
    made.created = desks.NOW / 1000
    office.look_up(reply)

    assert office.reply(reply).state is ReplyState.SENT
