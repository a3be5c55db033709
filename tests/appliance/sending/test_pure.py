"""Carrier codes, pauses, robots' words, and finding our reply in the carrier's list."""

import itertools

import pytest

from appliance.gateways.sms import CarrierStatus, CarrierText, Direction
from appliance.sending import pauses
from appliance.sending.carrier_codes import TREATMENTS, Treatment, treatment_of
from appliance.sending.outcome import Ambiguous, Found, NotThere, Sought, find, missing
from appliance.sending.robots import sounds_like_a_robot
from storage.plaintext import Plaintext

AT = 1_800_000_000_000
MINUTE = pauses.MINUTE


def text(number: int = 1, *, to: str = "+15125550111", body: str = "We open at eight.", at: int = AT) -> CarrierText:
    return CarrierText(
        f"SM{number:032x}", Direction.OUT, "+15125550100", to, Plaintext(body), CarrierStatus.SENT, at
    )  # fmt: skip


SOUGHT = Sought("+15125550111", Plaintext("We open at eight."), AT)


@pytest.mark.parametrize(
    ("code", "treatment"),
    [
        ("20429", Treatment.TRY_AGAIN),
        ("21610", Treatment.SUPPRESS),
        ("21211", Treatment.BAD_NUMBER),
        ("20003", Treatment.OUR_ACCOUNT),
        ("21617", Treatment.REFUSED),
        ("99999", Treatment.REFUSED),
        ("http-404", Treatment.REFUSED),
    ],
)
def test_a_code_says_what_to_do_and_an_unknown_one_never_means_again(code: str, treatment: Treatment) -> None:
    assert treatment_of(code) is treatment


def test_a_server_error_is_in_no_treatment_that_sends_again() -> None:
    # Twilio on 20500: a repeated POST may reach the customer twice.
    assert treatment_of("20500") is not Treatment.TRY_AGAIN
    assert all(len(code) == 5 and code.isdigit() for code in TREATMENTS)


def test_pauses_grow_and_end() -> None:
    tries = [pauses.try_again(number, wish=None, spread=0.5) for number in range(1, 9)]
    given_up = tries.index(None)

    grown = [one for one in tries[:given_up] if one is not None]
    assert all(later > before for before, later in itertools.pairwise(grown))
    assert tries[given_up:] == [None, None]


def test_the_carriers_wish_is_heeded_within_reason() -> None:
    assert pauses.try_again(1, wish=40_000, spread=0.5) == 40_000
    assert pauses.try_again(1, wish=999_999_999, spread=0.5) == pauses.LONGEST_WISH
    assert (pauses.try_again(4, wish=1, spread=0.5) or 0) > 60_000


def test_pauses_are_spread_and_look_ups_never_end_by_themselves() -> None:
    assert pauses.try_again(1, wish=None, spread=0) != pauses.try_again(1, wish=None, spread=1)
    assert pauses.look_again(1, spread=0.5) < pauses.look_again(3, spread=0.5)
    assert pauses.look_again(50, spread=0.5) == pauses.look_again(60, spread=0.5)


def test_our_reply_is_found_in_the_carriers_list() -> None:
    theirs = [text(1), text(2, to="+15125550112"), text(3, body="Something else.")]

    assert find(SOUGHT, theirs, claimed=()) == Found(theirs[0])


@pytest.mark.parametrize(
    "other",
    [
        text(to="+15125550112"),
        text(body="We open at nine."),
        text(at=AT - 3 * MINUTE),
        text(at=AT + 6 * MINUTE),
    ],
)
def test_another_text_is_not_taken_for_ours(other: CarrierText) -> None:
    assert find(SOUGHT, [other], claimed=()) == NotThere()


def test_clocks_may_differ_a_little_and_a_trial_account_adds_its_words() -> None:
    early = text(at=AT - MINUTE, body="Sent from your Twilio trial account - We open at eight.")

    assert isinstance(find(SOUGHT, [early], claimed=()), Found)


def test_letters_written_in_two_ways_are_the_same_words() -> None:
    sought = Sought("+15125550111", Plaintext("Hasta mañana"), AT)

    assert isinstance(find(sought, [text(body="Hasta man\u0303ana")], claimed=()), Found)


def test_two_that_fit_are_for_a_person_and_one_that_is_anothers_is_not_ours() -> None:
    theirs = [text(1), text(2)]

    assert find(SOUGHT, theirs, claimed=()) == Ambiguous(2)
    assert find(SOUGHT, theirs, claimed={theirs[0].provider_id}) == Found(theirs[1])
    assert find(SOUGHT, theirs, claimed={one.provider_id for one in theirs}) == NotThere()


def test_what_the_carrier_has_and_we_do_not_is_missing_once_and_in_order() -> None:
    theirs = [text(3, at=AT + 2), text(2, at=AT + 1), text(2, at=AT + 1), text(1, at=AT)]

    lost = missing(theirs, known={theirs[-1].provider_id}, until=AT + MINUTE)

    assert [one.provider_id for one in lost] == [theirs[1].provider_id, theirs[0].provider_id]


def test_what_is_on_its_way_is_left_to_the_door() -> None:
    assert missing([text(at=AT)], known=(), until=AT) == ()
    assert len(missing([text(at=AT)], known=(), until=AT + 1)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "This is an automated message. Please do not reply.",
        "AUTO-REPLY: I am driving",
        "I am out of the office until Monday",
        "no-reply",
        "This number is not monitored.",
        "Respuesta automática: no responda a este mensaje",
        "ａｕｔｏ－ｒｅｐｌｙ",
    ],
)
def test_a_machine_that_says_so_is_heard(words: str) -> None:
    assert sounds_like_a_robot(words)


@pytest.mark.parametrize(
    "words",
    [
        "My automatic garage door is stuck",
        "Can you reply tomorrow?",
        "is the office open",
        "Do you do auto glass?",
        "I had no reply from you yet!!! hello?",
        "",
    ],
)
def test_a_person_is_not_taken_for_a_machine(words: str) -> None:
    assert not sounds_like_a_robot(words)
