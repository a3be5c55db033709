"""The starting answers of every kind of desk: complete, short, kind, and free of what no answer may say."""

from zoneinfo import ZoneInfo

import pytest

from appliance.answering.guard import Fault, guard_answer, guard_draft
from appliance.answering.prompt import SETTLED
from appliance.answering.render import SLOTS, render, segments
from appliance.intake.language import find_language
from appliance.playbook.slots import MEANINGS, SlotFacts, fill
from appliance.playbook.starting import LANGUAGES, starting_answers
from appliance.settings.values import DeskKind, Hours
from storage.answers import SLOT_PATTERN, Answer, SlotName, Topic
from tests.standins.playbooks import FACTS, NIGHT

ALL = [(kind, answer) for kind in DeskKind for answer in starting_answers(kind)]
NAMES = [f"{kind}-{answer.id}" for kind, answer in ALL]
NEEDED = {
    Topic.HOLDING,
    Topic.EMERGENCY,
    Topic.URGENT,
    Topic.HELP,
    Topic.OPTED_IN,
    Topic.HOURS,
    Topic.LOCATION,
    Topic.BOOKING,
    Topic.RESCHEDULE,
    Topic.CANCEL,
    Topic.PRICE,
    Topic.COMPLAINT,
}


@pytest.mark.parametrize("kind", list(DeskKind))
def test_every_kind_of_desk_begins_with_what_it_needs(kind: DeskKind) -> None:
    answers = starting_answers(kind)

    assert {answer.intent for answer in answers} >= NEEDED
    assert len({answer.id for answer in answers}) == len(answers)
    assert not any(answer.approved for answer in answers)


@pytest.mark.parametrize(("kind", "answer"), ALL, ids=NAMES)
def test_a_starting_answer_is_short_in_both_languages_and_asks_nothing_about_health(
    kind: DeskKind, answer: Answer
) -> None:
    for language in LANGUAGES:
        rendered = render(answer, FACTS, now=NIGHT, language=language)

        assert rendered.language == language
        assert rendered.unfilled == ()
        assert segments(rendered.text) <= 2
        assert guard_answer(rendered.text) == ()


@pytest.mark.parametrize(("kind", "answer"), ALL, ids=NAMES)
def test_a_starting_answer_promises_nothing_and_names_no_price(kind: DeskKind, answer: Answer) -> None:
    for language in LANGUAGES:
        faults = {
            finding.fault for finding in guard_draft(render(answer, FACTS, now=NIGHT, language=language).text, FACTS)
        }

        # The hours and the next opening are facts of the settings, not promises.
        assert faults - {Fault.PROMISE, Fault.NUMBER} == set()


@pytest.mark.parametrize(("kind", "answer"), ALL, ids=NAMES)
def test_both_languages_are_what_they_say_and_leave_the_same_slots(kind: DeskKind, answer: Answer) -> None:
    texts = dict(answer.texts)

    assert find_language(texts["es"]) == "es"
    assert find_language(texts["en"]) == "en"
    assert set(SLOT_PATTERN.findall(texts["en"])) <= set(SLOTS)
    assert set(SLOT_PATTERN.findall(texts["es"])) == set(SLOT_PATTERN.findall(texts["en"]))


@pytest.mark.parametrize("kind", list(DeskKind))
def test_an_answer_to_danger_names_911_and_goes_out_by_itself(kind: DeskKind) -> None:
    emergency = next(answer for answer in starting_answers(kind) if answer.intent is Topic.EMERGENCY)

    assert all("911" in text for _, text in emergency.texts)
    assert emergency.unattended
    assert emergency.slots == ()


@pytest.mark.parametrize("kind", list(DeskKind))
def test_what_code_needs_at_night_needs_no_setting(kind: DeskKind) -> None:
    bare = SlotFacts("Blue Door", Hours(week=((),) * 7), ZoneInfo("America/Chicago"))

    for answer in starting_answers(kind):
        if answer.intent in {Topic.HOLDING, Topic.EMERGENCY, Topic.URGENT}:
            assert render(answer, bare, now=NIGHT, language="en").unfilled == ()
            assert answer.unattended


def test_what_settles_a_question_gives_the_answer_to_it() -> None:
    assert {Topic.HOURS, Topic.LOCATION} <= SETTLED
    assert not SETTLED & {Topic.BOOKING, Topic.CANCEL, Topic.RESCHEDULE, Topic.COMPLAINT, Topic.PRICE}


def test_every_slot_has_a_meaning_and_is_filled_from_full_settings() -> None:
    for slot in SlotName:
        assert MEANINGS[slot]
        assert fill(slot, FACTS, now=NIGHT, language="es")


def test_a_slot_that_settings_do_not_fill_stays_open() -> None:
    bare = SlotFacts("Blue Door", Hours(week=((),) * 7), ZoneInfo("America/Chicago"))

    unfilled = {slot for slot in SlotName if fill(slot, bare, now=NIGHT, language="en") is None}

    assert unfilled == set(SlotName) - {SlotName.DESK_NAME}


def test_the_next_opening_passes_over_the_weekend_and_holidays() -> None:
    friday_night = NIGHT + 3 * 24 * 3600 * 1000
    closed = SlotFacts("A", Hours(week=FACTS.hours.week, holidays=frozenset({"2026-01-12"})), FACTS.timezone)

    assert fill(SlotName.NEXT_OPEN, FACTS, now=friday_night, language="en") == "Monday at 8 am"
    assert fill(SlotName.NEXT_OPEN, closed, now=friday_night, language="es") == "martes a las 8 am"


def test_hours_are_told_in_the_desks_own_zone_across_a_change_of_clocks() -> None:
    # 2026-03-08 05:30 UTC is still Saturday evening in Chicago; clocks go forward that night.
    before_the_change = 1_772_947_800_000

    assert fill(SlotName.NEXT_OPEN, FACTS, now=before_the_change, language="en") == "Monday at 8 am"
    assert fill(SlotName.HOURS_TODAY, FACTS, now=before_the_change, language="en") == "closed"
