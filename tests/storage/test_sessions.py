"""Links and sessions: a link signs in once and soon, a session ends by itself, and neither is kept in the clear."""

import pytest
from sqlalchemy import select

from storage.database import look
from storage.sessions import (
    IDLE_LIFE_MS,
    LINK_LIFE_MS,
    MOST_SESSIONS,
    SESSION_LIFE_MS,
    LinkSpentError,
    links,
    sessions,
)
from storage.vault import Transaction, Vault
from tests import desks
from tests.at_once import at_once

NOW = desks.NOW


def signed_in(tx: Transaction, *, at: int = NOW, member: str = "owner") -> str:
    return tx.sessions.sign_in(tx.sessions.new_link(member, at=at), at=at)[0]


def test_of_twenty_threads_with_one_link_one_signs_in(store: Vault) -> None:
    with store.transaction() as tx:
        link = tx.sessions.new_link("owner", at=NOW)

    def sign_in(_: int) -> str:
        with store.transaction() as tx:
            return tx.sessions.sign_in(link, at=NOW)[0]

    results = at_once(20, sign_in)

    assert sum(isinstance(one, str) for one in results) == 1
    assert sum(isinstance(one, LinkSpentError) for one in results) == 19


@pytest.mark.parametrize("later", [LINK_LIFE_MS, LINK_LIFE_MS + 1, -1])
def test_a_link_is_good_for_ten_minutes_and_not_before_it_was_made(store: Vault, later: int) -> None:
    with store.transaction() as tx:
        link = tx.sessions.new_link("owner", at=NOW)

        with pytest.raises(LinkSpentError):
            tx.sessions.sign_in(link, at=NOW + later)


def test_a_link_signs_in_to_its_last_moment(store: Vault) -> None:
    with store.transaction() as tx:
        link = tx.sessions.new_link("owner", at=NOW)

        cookie, session = tx.sessions.sign_in(link, at=NOW + LINK_LIFE_MS - 1)

        assert session.member == "owner"
        assert tx.sessions.alive(cookie, at=NOW + LINK_LIFE_MS) == session


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "é" * 50])
def test_what_never_was_a_link_signs_nobody_in(store: Vault, token: str) -> None:
    with store.transaction() as tx:
        tx.sessions.new_link("owner", at=NOW)

        with pytest.raises(LinkSpentError):
            tx.sessions.sign_in(token, at=NOW)
        assert tx.sessions.alive(token, at=NOW) is None


def test_old_links_are_swept_when_a_new_one_is_made(store: Vault) -> None:
    with store.transaction() as tx:
        for n in range(3):
            tx.sessions.new_link("owner", at=NOW + n)
        tx.sessions.new_link("owner", at=NOW + LINK_LIFE_MS + 5)

    with look(store._desk) as connection:
        assert len(connection.execute(select(links.c.digest)).all()) == 1


def test_an_idle_session_ends_and_a_used_one_goes_on(store: Vault) -> None:
    with store.transaction() as tx:
        idle, used = signed_in(tx), signed_in(tx)
        session = tx.sessions.alive(used, at=NOW)
        assert session is not None
        tx.sessions.seen(session.id, at=NOW + IDLE_LIFE_MS - 1)

        assert tx.sessions.alive(idle, at=NOW + IDLE_LIFE_MS - 1) is not None
        assert tx.sessions.alive(idle, at=NOW + IDLE_LIFE_MS) is None
        assert tx.sessions.alive(used, at=NOW + IDLE_LIFE_MS) is not None


def test_a_session_ends_after_twelve_hours_however_busy(store: Vault) -> None:
    with store.transaction() as tx:
        cookie = signed_in(tx)
        session = tx.sessions.alive(cookie, at=NOW)
        assert session is not None
        tx.sessions.seen(session.id, at=NOW + SESSION_LIFE_MS - 1)

        assert tx.sessions.alive(cookie, at=NOW + SESSION_LIFE_MS - 1) is not None
        assert tx.sessions.alive(cookie, at=NOW + SESSION_LIFE_MS) is None


def test_a_clock_set_back_makes_no_old_session_young_again(store: Vault) -> None:
    with store.transaction() as tx:
        cookie = signed_in(tx)

        assert tx.sessions.alive(cookie, at=NOW - 1) is None


def test_a_sixth_session_ends_the_oldest_of_the_same_person_only(store: Vault) -> None:
    with store.transaction() as tx:
        other = signed_in(tx, member="front-desk", at=NOW - 9)
        mine = [signed_in(tx, at=NOW + n) for n in range(MOST_SESSIONS + 1)]

        alive = [tx.sessions.alive(cookie, at=NOW + 9) is not None for cookie in mine]

        assert alive == [False] + [True] * MOST_SESSIONS
        assert tx.sessions.alive(other, at=NOW + 9) is not None


def test_signing_out_ends_one_session_and_ending_all_kills_links_too(store: Vault) -> None:
    with store.transaction() as tx:
        first, second = signed_in(tx), signed_in(tx)
        link = tx.sessions.new_link("owner", at=NOW)
        session = tx.sessions.alive(first, at=NOW)
        assert session is not None

        tx.sessions.end(session.id)
        assert tx.sessions.alive(first, at=NOW) is None
        assert tx.sessions.alive(second, at=NOW) is not None

        assert tx.sessions.end_all() == 1
        with pytest.raises(LinkSpentError):
            tx.sessions.sign_in(link, at=NOW)


def test_neither_link_nor_cookie_is_kept_in_the_clear(store: Vault) -> None:
    with store.transaction() as tx:
        link = tx.sessions.new_link("owner", at=NOW)
        cookie = signed_in(tx)

    with look(store._desk) as connection:
        rows = repr([connection.execute(select(table)).all() for table in (links, sessions)])
    assert link not in rows
    assert cookie not in rows
    assert len(link) >= 43  # 256 bits
