"""Signing in: a link works once, a session ends by itself, and all of it stands in the log."""

import pytest

from appliance.access import sign_in
from appliance.access.guesses import LONGEST_MS, Guesses
from appliance.views.refusals import NotPossible, SignInRefused
from storage.sessions import IDLE_LIFE_MS, LINK_LIFE_MS, SESSION_LIFE_MS
from storage.vault import Vault
from tests.standins.clock import FixedClock


def signed_in(vault: Vault, clock: FixedClock) -> str:
    return sign_in.sign_in(sign_in.new_link("owner", vault=vault, clock=clock), vault=vault, clock=clock)


def test_a_link_works_once(vault: Vault, clock: FixedClock) -> None:
    token = sign_in.new_link("owner", vault=vault, clock=clock)

    cookie = sign_in.sign_in(token, vault=vault, clock=clock)

    assert sign_in.session(cookie, touch=False, vault=vault, clock=clock) is not None
    with pytest.raises(SignInRefused):
        sign_in.sign_in(token, vault=vault, clock=clock)


@pytest.mark.parametrize("moved", [LINK_LIFE_MS, -1])
def test_a_link_is_refused_when_it_is_too_old_or_the_clock_was_set_back(
    vault: Vault, clock: FixedClock, moved: int
) -> None:
    token = sign_in.new_link("owner", vault=vault, clock=clock)
    clock.advance(moved)

    with pytest.raises(SignInRefused):
        sign_in.sign_in(token, vault=vault, clock=clock)


def test_polling_does_not_keep_an_unattended_screen_signed_in(vault: Vault, clock: FixedClock) -> None:
    cookie = signed_in(vault, clock)

    for _ in range(4):
        clock.advance(IDLE_LIFE_MS // 4)
        sign_in.session(cookie, touch=False, vault=vault, clock=clock)

    assert sign_in.session(cookie, touch=False, vault=vault, clock=clock) is None


def test_using_it_keeps_a_session_until_its_whole_life_is_over(vault: Vault, clock: FixedClock) -> None:
    cookie = signed_in(vault, clock)

    lived = 0
    while sign_in.session(cookie, touch=True, vault=vault, clock=clock) is not None:
        clock.advance(IDLE_LIFE_MS // 2)
        lived += IDLE_LIFE_MS // 2

    assert lived == SESSION_LIFE_MS


def test_a_cookie_is_worthless_after_signing_out(vault: Vault, clock: FixedClock) -> None:
    cookie = signed_in(vault, clock)

    sign_in.sign_out(cookie, vault=vault, clock=clock)

    assert sign_in.session(cookie, touch=True, vault=vault, clock=clock) is None


def test_signing_everybody_out_ends_links_too(vault: Vault, clock: FixedClock) -> None:
    cookie, token = signed_in(vault, clock), sign_in.new_link("owner", vault=vault, clock=clock)
    reader = sign_in.session(cookie, touch=False, vault=vault, clock=clock)
    assert reader is not None

    sign_in.end_all_sessions(reader, vault=vault, clock=clock)

    assert sign_in.session(cookie, touch=False, vault=vault, clock=clock) is None
    with pytest.raises(SignInRefused):
        sign_in.sign_in(token, vault=vault, clock=clock)


def test_guessing_the_passphrase_is_slowed_and_never_locks_out_for_good() -> None:
    guesses, now = Guesses(), 1_800_000_000_000
    for _ in range(20):
        guesses.missed(now)

    with pytest.raises(NotPossible):
        guesses.wait_for_turn(now + LONGEST_MS - 1)
    guesses.wait_for_turn(now + LONGEST_MS)
