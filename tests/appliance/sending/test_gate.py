"""The gate: each rule at its edge, and over every combination that a stop is a stop."""

from dataclasses import replace
from itertools import product

import pytest

from appliance.sending.gate import (
    DESK_IN_AN_HOUR,
    LOOP_EXCHANGES,
    PERSON_IN_AN_HOUR,
    PERSON_UNATTENDED_IN_AN_HOUR,
    Facts,
    Go,
    Handed,
    Heard,
    Later,
    Refuse,
    ask,
)
from appliance.sending.pauses import HOUR, MINUTE
from storage.replies import ReplyKind

NOW = 1_800_000_000_000
UNATTENDED = [kind for kind in ReplyKind if kind is not ReplyKind.STAFF]


def facts(kind: ReplyKind = ReplyKind.ANSWER, **changed: object) -> Facts:
    usual = Facts(
        now=NOW,
        kind=kind,
        created_at=NOW - 1000,
        digest="d-new",
        suppressed=False,
        wrote_at=NOW - 2000,
        robot=False,
        handed=(),
        heard=(Heard(NOW - 2000, "q"),),
        desk_in_hour=0,
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


def handed(count: int, *, every: int = 8 * MINUTE, kind: ReplyKind = ReplyKind.ANSWER) -> tuple[Handed, ...]:
    return tuple(Handed(NOW - (number + 1) * every, kind, f"d{number}") for number in range(count))


@pytest.mark.parametrize("kind", ReplyKind)
def test_an_ordinary_reply_goes(kind: ReplyKind) -> None:
    assert ask(facts(kind)) == Go()


@pytest.mark.parametrize(
    ("kind", "wrote_at", "robot", "desk"),
    list(product(ReplyKind, [NOW, None], [False, True], [0, DESK_IN_AN_HOUR])),
)
def test_a_stop_is_a_stop_whatever_else_holds(kind: ReplyKind, wrote_at: int | None, robot: bool, desk: int) -> None:  # noqa: FBT001
    decision = ask(facts(kind, suppressed=True, wrote_at=wrote_at, robot=robot, desk_in_hour=desk))

    assert decision == Refuse("suppressed", tell_staff=kind is ReplyKind.STAFF)


@pytest.mark.parametrize("kind", ReplyKind)
def test_who_never_wrote_is_not_written_to(kind: ReplyKind) -> None:
    assert ask(facts(kind, wrote_at=None)) == Refuse("purpose")


def test_their_writing_is_consent_for_a_day_and_for_staff_for_a_month() -> None:
    day = 24 * HOUR

    assert ask(facts(wrote_at=NOW - day)) == Go()
    assert ask(facts(wrote_at=NOW - day - 1)) == Refuse("purpose")
    assert ask(facts(ReplyKind.STAFF, wrote_at=NOW - 30 * day)) == Go()
    assert ask(facts(ReplyKind.STAFF, wrote_at=NOW - 30 * day - 1)) == Refuse("purpose")


@pytest.mark.parametrize("kind", UNATTENDED)
def test_what_waited_too_long_is_not_sent_as_if_fresh(kind: ReplyKind) -> None:
    assert ask(facts(kind, created_at=NOW - 2 * HOUR)) == Go()
    assert ask(facts(kind, created_at=NOW - 2 * HOUR - 1)) == Refuse("late")
    assert ask(facts(ReplyKind.STAFF, created_at=NOW - 3 * HOUR)) == Go()
    assert ask(facts(ReplyKind.STAFF, created_at=NOW - 24 * HOUR - 1)) == Refuse("late")


@pytest.mark.parametrize("kind", UNATTENDED)
def test_many_exchanges_in_minutes_are_two_machines(kind: ReplyKind) -> None:
    few, many = handed(LOOP_EXCHANGES - 1, every=MINUTE), handed(LOOP_EXCHANGES, every=MINUTE)

    assert ask(facts(kind, handed=few)) == Go()
    assert ask(facts(kind, handed=many)) == Refuse("loop")
    assert ask(facts(ReplyKind.STAFF, handed=many)) == Go()


@pytest.mark.parametrize("kind", [ReplyKind.ANSWER, ReplyKind.HOLDING])
def test_the_same_words_again_and_again_are_two_machines(kind: ReplyKind) -> None:
    ours = tuple(Handed(NOW - MINUTE * n, kind, "same") for n in (1, 2))
    theirs = tuple(Heard(NOW - MINUTE * n, "same question") for n in (1, 2, 3))

    assert ask(facts(kind, digest="same", handed=ours)) == Refuse("loop")
    assert ask(facts(kind, digest="other", handed=ours)) == Go()
    assert ask(facts(kind, heard=theirs)) == Refuse("loop")
    assert ask(facts(kind, heard=theirs[:2])) == Go()


def test_our_own_words_sent_back_are_an_echo() -> None:
    ours = (Handed(NOW - 2 * MINUTE, ReplyKind.HOLDING, "hello"),)

    assert ask(facts(handed=ours, heard=(Heard(NOW - MINUTE, "hello"),))) == Refuse("loop")


def test_a_machine_that_says_so_gets_no_automatic_answer() -> None:
    assert ask(facts(robot=True)) == Refuse("loop")
    assert ask(facts(ReplyKind.STAFF, robot=True)) == Go()


def test_somebody_in_danger_who_repeats_themselves_still_gets_the_emergency_reply() -> None:
    crying = tuple(Heard(NOW - MINUTE * n, "help me") for n in range(1, 6))
    before = handed(PERSON_UNATTENDED_IN_AN_HOUR)

    assert ask(facts(ReplyKind.EMERGENCY, heard=crying, handed=before, desk_in_hour=DESK_IN_AN_HOUR)) == Go()


def test_nobody_is_flooded() -> None:
    full = handed(PERSON_UNATTENDED_IN_AN_HOUR)

    assert ask(facts(handed=full[1:])) == Go()
    assert ask(facts(handed=full)) == Refuse("rate-person")
    assert ask(facts(ReplyKind.STAFF, handed=full)) == Go()
    by_staff = handed(PERSON_IN_AN_HOUR, every=MINUTE, kind=ReplyKind.STAFF)
    assert ask(facts(ReplyKind.STAFF, handed=by_staff)) == Refuse("rate-person")


def test_what_went_out_an_hour_ago_no_longer_counts() -> None:
    old = tuple(replace(one, at=NOW - HOUR) for one in handed(PERSON_UNATTENDED_IN_AN_HOUR))

    assert ask(facts(handed=old)) == Go()


def test_a_desk_that_sends_very_much_waits() -> None:
    decision = ask(facts(desk_in_hour=DESK_IN_AN_HOUR))

    assert isinstance(decision, Later)
    assert decision.until > NOW
    assert decision.reason == "rate-desk"


@pytest.mark.parametrize("kind", list(ReplyKind))
def test_a_machine_that_was_replaced_refuses_and_one_that_was_restored_waits(kind: ReplyKind) -> None:
    assert ask(facts(kind, barred="superseded")) == Refuse("superseded", tell_staff=False)
    waits = ask(facts(kind, barred="restored", created_at=0))
    assert isinstance(waits, Later)
    assert waits.reason == "restored"
