"""Deleting from the pages: who is deleted is on no page but the one on which it can be undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeping.closing import Closing
from appliance.keeping.deletion import Deletion
from appliance.keeping.erasing import DAY_MS
from appliance.staff.deletions import MOST_LINES, Deleting
from appliance.staff.inbox import inbox
from appliance.staff.replies import write_reply
from appliance.staff.thread import reveal, thread
from appliance.views.deletions import Deleted
from appliance.views.refusals import NotAcceptable, NotPossible
from storage.errors import NightdeskError
from storage.redactions import CarrierAnswer
from tests import desks
from tests.appliance.evening import OWNER
from tests.appliance.keeping.office import CANARY, OTHER, Office
from tests.standins.clock import FixedClock


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with desks.a_vault(tmp_path / desks.DESK) as vault:
        yield Office(vault=vault, clock=FixedClock(desks.NOW), folder=tmp_path / desks.DESK)


def deleting_of(office: Office) -> Deleting:
    deletion = Deletion(office.vault, office.clock, office.eraser)
    return Deleting(deletion, Closing(office.vault, office.clock, office.eraser))


def test_deleted_with_days_to_undo_they_are_named_where_that_can_be_done_and_nowhere_else(office: Office) -> None:
    office.text(CANARY)
    person, deleting = office.person(), deleting_of(office)
    assert deleting.to_delete(OWNER, person.id).number == desks.NUMBER

    deleting.delete(OWNER, person.id, for_good=False)

    row = deleting.shown(OWNER).waiting[0]
    assert row.who is not None
    assert (row.state, row.who.last_two, row.asked_by) == (Deleted.WAITING, "23", "owner")
    shown = inbox(OWNER, vault=office.vault, clock=office.clock)
    assert (shown.needs_me, shown.answered, shown.quiet) == ((), (), ())
    with office.vault.look() as tx:
        message = tx.messages.thread(person.id)[0]
    for act in (
        lambda: thread(OWNER, person.id, vault=office.vault, clock=office.clock),
        lambda: reveal(OWNER, message.id, "why", vault=office.vault, clock=office.clock),
        lambda: write_reply(OWNER, person.id, "hello", vault=office.vault, clock=office.clock),
        lambda: deleting.to_delete(OWNER, person.id),
        lambda: deleting.certificate(OWNER, row.erasure_id),
    ):
        with pytest.raises(NightdeskError, match=r"deleted|nothing"):
            act()

    assert deleting.undo(OWNER, row.erasure_id) == person.id
    assert thread(OWNER, person.id, vault=office.vault, clock=office.clock).number == desks.NUMBER
    assert [one.state for one in deleting.shown(OWNER).past] == [Deleted.UNDONE]


def test_deleted_for_good_the_page_says_what_is_still_owed_and_gives_the_certificate(office: Office) -> None:
    office.text(CANARY)
    person, deleting = office.person(), deleting_of(office)

    deleting.delete(OWNER, person.id, for_good=True)

    row = deleting.shown(OWNER).past[0]
    assert (row.state, row.texts, len(row.owed), row.who) == (Deleted.ERASED, 1, 3, None)
    assert row.carrier == "1 text the carrier is still to delete"
    office.eraser.settle()
    with office.vault.transaction() as tx:
        for owed in tx.redactions.owed(tx.erasures.newest(limit=1)[0].id, limit=9):
            tx.redactions.answered(owed.id, CarrierAnswer.GONE, at=office.clock.now())
        tx.erasures.copies_replaced(office.clock.now() + 1)
    row = deleting.shown(OWNER).past[0]
    assert (row.owed, row.carrier) == ((), "1 text the carrier did not have")
    assert "carrier had-none 1" in deleting.certificate(OWNER, row.erasure_id)
    with pytest.raises(NotPossible, match="for good"):
        thread(OWNER, person.id, vault=office.vault, clock=office.clock)


def test_a_list_is_looked_up_first_and_then_deleted(office: Office) -> None:
    office.text(CANARY)
    office.text("mine", sender=OTHER)
    deleting = deleting_of(office)
    text = f"number\n{desks.NUMBER}\n{OTHER}\n{OTHER}\nabc\n"

    shown = deleting.look_up(OWNER, text)
    assert shown.people == 2
    assert [row.found for row in shown.rows] == [True, True, False, False]
    assert deleting.shown(OWNER).waiting == ()

    assert deleting.delete_list(OWNER, text, for_good=False) == 2
    assert deleting.delete_list(OWNER, text, for_good=True) == 2
    assert len(deleting.shown(OWNER).past) == 2
    with pytest.raises(NotAcceptable):
        deleting.look_up(OWNER, "5125550123\n" * (MOST_LINES + 1))


def test_the_desk_is_closed_and_reopened_from_the_page(office: Office) -> None:
    deleting = deleting_of(office)

    deleting.close_desk(OWNER)
    assert deleting.closing_shown(OWNER).closes_at == desks.NOW + 14 * DAY_MS
    deleting.reopen_desk(OWNER)
    assert deleting.closing_shown(OWNER).closes_at is None
    with pytest.raises(NotPossible):
        deleting.closing_certificate(OWNER)
