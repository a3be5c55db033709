"""Chores and security events: owed redactions are made good, the log is signed and checked, refusals are counted."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from appliance.chores import Chores
from appliance.incidents import Incidents
from appliance.intake.health_tag import tag_body
from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.marks import Marks
from appliance.line import DoorReport
from appliance.redaction.redactor import Redactor
from appliance.views.incidents import Incident, SecurityEvent
from storage.audit.leaf import Action
from storage.audit.mark_file import MarkFile
from storage.audit.marks import Standing
from storage.audit.prune import SEVEN_YEARS_MS
from storage.errors import AuditError
from storage.letters import Letter, LetterKind
from storage.spool.reader import SpoolReader
from storage.spool.segments import segment_paths
from storage.spool.writer import SpoolWriter
from storage.vault import Vault
from tests.appliance.evening import Evening
from tests.damage import flip
from tests.standins.clock import FixedClock


class Door:
    """A line whose report a test sets."""

    def __init__(self) -> None:
        self.told = DoorReport(up=True, since=1)

    def report(self) -> DoorReport:
        return self.told


@pytest.fixture
def chores(vault: Vault, clock: FixedClock, tmp_path: Path) -> Chores:
    return Chores(
        vault=vault,
        clock=clock,
        line=Door(),  # type: ignore[arg-type]  # only its report is asked for
        spool=SpoolReader(tmp_path / "spool", identities=()),
        incidents=Incidents(vault=vault, clock=clock),
        tag=partial(tag_body, redactor=Redactor.load()),
        marks=Marks(vault, clock, (MarkFile(tmp_path),)),
        guard=ClockGuard(vault, clock, ticks=clock.now),
    )


def test_a_redaction_that_was_owed_is_made_good(vault: Vault, clock: FixedClock, chores: Chores) -> None:
    evening = Evening(vault, clock, tag=partial(tag_body, redactor=None))
    evening.receive("i have diabetes")
    evening.receive("are you open?")

    chores.redact_owed()

    with vault.look() as tx:
        assert tx.messages.not_redacted(limit=10) == []
        person = tx.people.find(vault.number_index("+15125550123"))
        assert person is not None
        sick, plain = tx.messages.thread(person.id)
        assert sick.original is not None
        assert plain.original is None


def test_the_log_is_signed_and_found_sound(vault: Vault, clock: FixedClock, chores: Chores) -> None:
    Evening(vault, clock).receive("are you open?")

    chores.sign_log()
    chores.check_log()

    assert chores.log_check.sound
    assert chores.log_check.at == clock.now()


def test_a_mark_is_left_of_each_signing(vault: Vault, clock: FixedClock, chores: Chores) -> None:
    Evening(vault, clock).receive("are you open?")

    chores.sign_log()
    chores.marks.look()

    assert chores.marks.seen[0].standing is Standing.FITS


def test_a_log_of_more_than_seven_years_lets_its_oldest_entries_go(
    vault: Vault, clock: FixedClock, chores: Chores
) -> None:
    with vault.transaction() as tx:
        for _ in range(300):
            tx.audit.append(Action.RECEIVED, actor="core", at=clock.now())
    chores.sign_log()
    chores.prune_log()
    clock.advance(SEVEN_YEARS_MS + 1)

    chores.prune_log()

    with vault.look() as tx:
        assert (tx.audit.first(), tx.audit.count()) == (256, 301)
    chores.check_log()


def test_a_clock_that_jumped_lets_nothing_go(vault: Vault, clock: FixedClock, chores: Chores) -> None:
    with vault.transaction() as tx:
        for _ in range(300):
            tx.audit.append(Action.RECEIVED, actor="core", at=clock.now())
    chores.sign_log()
    chores = replace(chores, guard=ClockGuard(vault, clock, ticks=lambda: 0))
    chores.prune_log()
    clock.advance(SEVEN_YEARS_MS + 1)

    chores.prune_log()

    with vault.look() as tx:
        assert tx.audit.first() == 0


def test_a_changed_log_is_found_and_said(vault: Vault, clock: FixedClock, chores: Chores) -> None:
    Evening(vault, clock).receive("are you open?")
    chores.sign_log()
    engine = dict(vault.engines())["desk.db"]
    with engine.begin() as connection:
        connection.execute(text("UPDATE leaves SET body = replace(body, 'received', 'released')"))

    with pytest.raises(AuditError):
        chores.check_log()

    assert not chores.log_check.sound


def test_a_damaged_letter_is_told(vault: Vault, chores: Chores, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    writer = SpoolWriter(tmp_path / "spool", recipient=vault.keys.intake_recipient)
    for body in ("one", "two", "three"):
        letter = Letter(LetterKind.SMS, 1, "https://desk.example", (("Body", body),), "signed", checked=True)
        writer.append([letter], checked=True)
    writer.close()
    (segment,) = segment_paths(tmp_path / "spool")
    chores.check_spool()
    with vault.look() as tx:
        assert tx.alerts.unseen() == []

    flip(segment)
    chores.check_spool()

    with vault.look() as tx:
        assert [alert.code for alert in tx.alerts.unseen()] == ["spool-damaged"]


def test_what_the_door_refused_is_counted_once(vault: Vault, chores: Chores) -> None:
    door: Door = chores.line  # type: ignore[assignment]
    for refused in (3, 3, 5):
        door.told = DoorReport(up=True, since=1, refused={"signature": refused})
        chores.write_incidents()

    with vault.look() as tx:
        (alert,) = tx.alerts.unseen()
    assert (alert.code, alert.count) == ("door-signature", 5)


def test_a_flood_of_incidents_is_bounded_and_becomes_one_alert(vault: Vault, chores: Chores) -> None:
    for _ in range(30_000):
        chores.incidents.note(Incident(SecurityEvent.WRONG_HOST, "inbox"))

    chores.write_incidents()

    with vault.look() as tx:
        (alert,) = tx.alerts.unseen()
        leaves = tx.audit.count()
    assert alert.count <= 10_000
    assert leaves == 1


def test_after_the_clock_was_set_back_a_text_is_answered_at_once(
    vault: Vault, clock: FixedClock, chores: Chores
) -> None:
    evening = Evening(vault, clock)
    evening.receive("are you open?")
    clock.advance(-3 * 24 * 60 * 60 * 1000)
    evening.work()
    assert evening.sent() == []

    chores.follow_clock()
    evening.work()

    assert len(evening.sent()) == 1
    chores.follow_clock()
