"""The states of a reply: every pair is said here a second time, and no order of the carrier's words moves one back."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.gateways.sms import CarrierStatus
from appliance.sending.states import ENDED, WAYS, may_move, told
from storage.replies import ReplyState as S

ALLOWED = {
    (S.QUEUED, S.SENDING), (S.QUEUED, S.REFUSED),
    (S.SENDING, S.QUEUED), (S.SENDING, S.UNKNOWN), (S.SENDING, S.SENT),
    (S.SENDING, S.DELIVERED), (S.SENDING, S.UNDELIVERED), (S.SENDING, S.FAILED),
    (S.UNKNOWN, S.SENT), (S.UNKNOWN, S.DELIVERED), (S.UNKNOWN, S.UNDELIVERED), (S.UNKNOWN, S.FAILED),
    (S.SENT, S.DELIVERED), (S.SENT, S.UNDELIVERED), (S.SENT, S.FAILED),
}  # fmt: skip
RANK = {S.QUEUED: 0, S.SENDING: 1, S.UNKNOWN: 2, S.SENT: 3, S.DELIVERED: 4, S.UNDELIVERED: 4, S.FAILED: 4, S.REFUSED: 4}


@pytest.mark.parametrize(("now", "to"), list(product(S, S)))
def test_every_pair_of_states_is_a_way_or_is_not(now: S, to: S) -> None:
    assert may_move(now, to) is ((now, to) in ALLOWED)


def test_the_table_holds_every_state_and_every_state_can_come_to_an_end() -> None:
    assert set(WAYS) == set(S)
    assert {S.DELIVERED, S.UNDELIVERED, S.FAILED, S.REFUSED} == ENDED
    for state in S:
        reached, before = {state}, set[S]()
        while reached != before:
            before, reached = reached, reached | {to for one in reached for to in WAYS[one]}
        assert reached & ENDED


def test_the_only_way_back_is_for_what_was_surely_not_taken() -> None:
    backward = {(now, to) for now, onward in WAYS.items() for to in onward if RANK[to] < RANK[now]}

    assert backward == {(S.SENDING, S.QUEUED)}


def test_what_may_have_been_taken_can_never_be_sent_again() -> None:
    for state in (S.UNKNOWN, S.SENT, *ENDED):
        reached, waiting = set[S](), [state]
        while waiting:
            reached |= (onward := WAYS[waiting.pop()] - reached)
            waiting += onward
        assert not reached & {S.QUEUED, S.SENDING}


@given(
    start=st.sampled_from([S.SENDING, S.UNKNOWN, S.SENT]), words=st.lists(st.sampled_from(CarrierStatus), max_size=9)
)
def test_the_carriers_words_in_any_order_only_move_forward(start: S, words: list[CarrierStatus]) -> None:
    state = start

    for word in words:
        after = told(state, word)
        assert after is state or RANK[after] > RANK[state]
        state = after

    ends = [told(S.SENT, word) for word in words if told(S.SENT, word) in ENDED]
    if ends:
        assert state is ends[0], "the first last word stays"


@pytest.mark.parametrize("state", [S.QUEUED, S.REFUSED])
def test_the_carrier_has_nothing_to_say_about_what_it_never_got(state: S) -> None:
    assert all(told(state, word) is state for word in CarrierStatus)
