"""Closing a desk: a term in which nothing is lost and nothing answered by itself; then nothing of anybody is left."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.keeping.closing import TERM_DAYS, Closing
from appliance.keeping.erasing import DAY_MS, UNDO_DAYS
from appliance.keeping.told import closing_parts
from appliance.views.refusals import NotPossible
from appliance.views.status import Part
from storage.jobs import Job, JobId, JobKind
from storage.messages import MessageState
from storage.people import Attention, Rest
from tests import canaries, desks
from tests.appliance.keeping.office import CANARY, OTHER, Office
from tests.standins.clock import FixedClock

TERM = TERM_DAYS * DAY_MS


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with desks.a_vault(tmp_path / desks.DESK) as vault:
        yield Office(vault=vault, clock=FixedClock(desks.NOW), folder=tmp_path / desks.DESK)


def closing_of(office: Office) -> Closing:
    return Closing(office.vault, office.clock, office.eraser)


def told_of(office: Office) -> tuple[Part, ...]:
    """What the status page says of it."""
    with office.vault.look() as tx:
        return closing_parts(tx)


def test_within_the_term_texts_are_kept_and_not_answered_and_all_can_go_on(office: Office) -> None:
    closing = closing_of(office)
    assert closing.shown().asked_at is None
    asked = closing.ask(by="owner")
    assert closing.ask(by="owner") == asked
    office.text("are you open on friday?")
    with office.vault.look() as tx:
        message = tx.messages.thread(office.person().id)[0]
    job = Job(JobId("0" * 32), JobKind.ANSWER, message.id, 1, 0, 0)

    def answer(_: Job) -> int | None:
        raise AssertionError("answered")

    assert closing.instead(answer)(job) is None
    assert [one.ok for one in told_of(office)] == [False]

    office.later(TERM - 1)
    closing.run()
    with office.vault.look() as tx:
        assert tx.messages.get(message.id).state is MessageState.HELD
        assert tx.people.get(message.person).attention is Attention.ASKED
    assert closing.reopen(by="owner").asked_at is None
    assert told_of(office) == ()
    assert closing.instead(lambda _: 7)(job) == 7
    with pytest.raises(NotPossible, match="not being closed"):
        closing.reopen(by="owner")


def test_after_the_term_no_key_no_mark_and_no_word_is_left_and_the_log_is(office: Office) -> None:
    closing = closing_of(office)
    for number in (desks.NUMBER, OTHER):
        office.text(f"{CANARY} {number}", sender=number)
    office.text("STOP", sender=OTHER)
    office.ask(office.person(), days=UNDO_DAYS)
    closing.ask(by="owner")
    with pytest.raises(NotPossible):
        closing.certificate()
    office.later(TERM)
    with pytest.raises(NotPossible, match="over"):
        closing.reopen(by="owner")

    closing.run()
    closing.run()

    shown = closing.shown()
    assert (shown.closed_at, shown.people) == (office.clock.now(), 0)
    assert office.vault.person_keys.count() == 0
    with office.vault.look() as tx:
        assert tx.suppressions.count() == 0
        assert {one.rest for one in tx.people.resting((Rest.ERASED,), limit=9)} == {Rest.ERASED}
        assert tx.people.find(office.vault.number_index(desks.NUMBER)) is None
        assert len([body for body in tx.audit.bodies() if b'"action":"closed"' in body]) == 1
        tx.audit.check(*office.vault.keys.audit_public_keys())
    assert "person-keys left 0" in closing.certificate()
    assert "closed for good" in told_of(office)[0].sentence
    assert canaries.sightings(office.folder, [CANARY]) == []
    assert [word for word in office.words_in_spool() if word] == []
    with pytest.raises(NotPossible, match="already"):
        closing.ask(by="owner")


def test_what_still_comes_is_dropped_unread(office: Office) -> None:
    closing = closing_of(office)
    closing.ask(by="owner")
    office.later(TERM)
    closing.run()

    office.text(CANARY)

    assert closing.shown().people == 0
    with office.vault.look() as tx:
        assert tx.messages.count() == 0


def test_a_clock_that_jumped_closes_nothing(office: Office) -> None:
    closing = closing_of(office)
    office.text(CANARY)
    closing.ask(by="owner")
    office.later(TERM)

    Closing(office.vault, office.clock, replace(office.eraser, trusted=lambda: False)).run()

    assert closing.shown().people == 1
