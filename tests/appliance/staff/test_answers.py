"""Approved answers: an edit waits for approval, what cannot be sent cannot be approved, nobody overwrites anybody."""

import pytest

from appliance.playbook.slots import slot_facts
from appliance.staff import answers
from appliance.staff.answers import Edited
from appliance.views.answers import AnswerState
from appliance.views.refusals import NotAcceptable, OutOfDate
from storage.vault import Vault
from tests.appliance.evening import OWNER, Evening
from tests.standins.clock import FixedClock


@pytest.fixture
def evening(vault: Vault, clock: FixedClock) -> Evening:
    return Evening(vault, clock)


def edited(answer_id: str | None = "hours", version: int = 1, text: str = "We open {next_open}.") -> Edited:
    return Edited(answer_id, version, "When we are open", "hours", (("en", text), ("es", "")), unattended=True)


def test_an_edited_answer_is_not_sent_until_it_is_approved_again(evening: Evening) -> None:
    vault, clock = evening.vault, evening.clock
    answers.save_answer(OWNER, edited(), vault=vault, clock=clock)

    evening.receive("what are your hours?")
    evening.work()
    answers.approve_answer(OWNER, "hours", 2, vault=vault, facts=slot_facts(evening.settings), clock=clock)
    evening.receive("what are your hours?", sender="+15125550199")
    evening.work()

    assert evening.sent()[0].startswith("Thanks for your text.")
    assert evening.sent()[1].startswith("We open ")


def test_two_people_do_not_overwrite_one_another(evening: Evening) -> None:
    answers.save_answer(OWNER, edited(), vault=evening.vault, clock=evening.clock)

    with pytest.raises(OutOfDate):
        answers.save_answer(OWNER, edited(version=1), vault=evening.vault, clock=evening.clock)


@pytest.mark.parametrize(
    "text", ["See {no_such_slot}.", "Find us at {booking_link}.", "á" * 400, "What medicines do you take?"]
)
def test_what_could_not_be_sent_as_it_is_cannot_be_approved(evening: Evening, text: str) -> None:
    vault, clock = evening.vault, evening.clock
    answers.save_answer(OWNER, edited(text=text), vault=vault, clock=clock)

    with pytest.raises(NotAcceptable):
        answers.approve_answer(OWNER, "hours", 2, vault=vault, facts=slot_facts(evening.settings), clock=clock)


def test_a_retired_answer_is_shown_and_not_used(evening: Evening) -> None:
    vault, clock = evening.vault, evening.clock
    answers.retire_answer(OWNER, "hours", 1, vault=vault, clock=clock)

    evening.receive("what are your hours?")
    evening.work()

    assert "Our hours" not in evening.sent()[0]
    states = {row.answer_id: row.state for row in answers.answer_rows(vault=vault)}
    assert states["hours"] is AnswerState.RETIRED


def test_a_blank_answer_offers_slots_and_topics(evening: Evening) -> None:
    shown = answers.answer_shown(None, vault=evening.vault, facts=slot_facts(evening.settings), clock=evening.clock)

    assert (shown.answer_id, shown.version) == (None, 0)
    assert {"desk_name", "next_open"} <= {slot.name for slot in shown.slots}
    kept = answers.save_answer(OWNER, edited(answer_id=None), vault=evening.vault, clock=evening.clock)
    assert kept in {row.answer_id for row in answers.answer_rows(vault=evening.vault)}
