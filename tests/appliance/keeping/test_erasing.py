"""Erasing people: at once or after a time to undo, resumed wherever it stopped, once however often it is done."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.keeping import erasing
from appliance.keeping.erasing import DAY_MS, UNDO_DAYS, apply_tombstones, undo
from appliance.keeping.export import export_person
from appliance.keeping.finding import UnknownPersonError
from appliance.views.refusals import NotPossible
from storage.audit.leaf import Action
from storage.erasures import ErasureState
from storage.errors import ErasedError
from storage.jobs import JobKind
from storage.people import Rest
from storage.reading import ERASED, Reading, Shown
from storage.replies import ReplyState
from storage.spool.reader import SpoolReader
from storage.vault import Vault
from tests import canaries, desks
from tests.appliance.evening import OWNER
from tests.appliance.keeping.office import CANARY, OTHER, Office
from tests.standins.clock import FixedClock


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with desks.a_vault(tmp_path / desks.DESK) as vault:
        yield Office(vault=vault, clock=FixedClock(desks.NOW), folder=tmp_path / desks.DESK)


def test_for_good_nothing_of_the_person_opens_and_others_are_untouched(office: Office) -> None:
    office.text(CANARY)
    office.text("somebody else's", sender=OTHER)
    office.work()
    person = office.person()

    office.ask(person)
    assert office.eraser.carry_out() == 1
    office.eraser.settle()

    with office.vault.reading() as tx, pytest.raises(ErasedError):
        tx.readings.open(Reading("x", Shown.EXPORT, office.clock.now()), [person.number])
    with office.vault.look() as tx:
        done = tx.erasures.of(person.id)
        assert done is not None
        assert done.state(now=office.clock.now()) is ErasureState.ERASED
        assert done.destroyed is not None
        assert (done.destroyed.messages, done.letters, done.number_index) == (1, 1, None)
        leaves = [body for body in tx.audit.bodies() if f'"{person.id}"'.encode() in body]
        assert b'"erased"' in leaves[-1]
        tx.audit.check(*office.vault.keys.audit_public_keys())
    with pytest.raises(UnknownPersonError):
        office.person()
    assert office.words_in_spool() == ["", "somebody else's"]
    assert office.person(OTHER).texts == 1
    assert office.reader.check() == []
    assert canaries.sightings(office.folder, [CANARY]) == []


def test_a_text_from_the_number_of_somebody_erased_makes_somebody_new(office: Office) -> None:
    office.text(CANARY)
    first = office.person()
    office.ask(first)
    office.eraser.run()

    office.text("good morning")
    office.work()

    again = office.person()
    assert again.id != first.id
    assert again.texts == 1
    assert len(office.sent()) == 1


def test_what_is_derived_elsewhere_forgets_them_too_also_after_a_cut(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.text(CANARY)
    person, told = office.person(), list[str]()
    office.ask(person)
    eraser = replace(office.eraser, forget=told.append)

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_emptied", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            eraser.carry_out()
    eraser.carry_out()

    assert told == [person.id, person.id]


def test_a_stop_outlives_the_erasure(office: Office) -> None:
    office.text("STOP")
    office.ask(office.person())
    office.eraser.run()

    office.text("what are your hours?")
    office.work()

    assert office.sent() == []


def test_with_days_to_undo_they_are_out_of_sight_at_once_and_not_answered(office: Office) -> None:
    office.text(CANARY)
    person = office.person()

    office.ask(person, days=UNDO_DAYS)
    office.work()

    assert office.sent() == []
    with office.vault.look() as tx:
        assert tx.people.waiting(limit=9) == []
        assert tx.people.resting(tuple(Rest), limit=9)[0].rest is Rest.LEAVING
        assert tx.jobs.count() == 0
    with pytest.raises(UnknownPersonError):
        office.person()


def test_undo_works_on_day_29_and_not_on_day_31(office: Office, tmp_path: Path) -> None:
    office.text(CANARY)
    office.text("and mine", sender=OTHER)
    first, second = office.person(), office.person(OTHER)
    office.ask(first, second, days=UNDO_DAYS)
    with office.vault.look() as tx:
        mine, other = (one.id for one in (tx.erasures.of(first.id), tx.erasures.of(second.id)) if one)

    office.later(29 * DAY_MS)
    office.eraser.run()
    assert undo(mine, by="owner", vault=office.vault, clock=office.clock) == first.id
    with pytest.raises(NotPossible, match="already"):
        undo(mine, by="owner", vault=office.vault, clock=office.clock)

    office.later(2 * DAY_MS)
    with pytest.raises(NotPossible, match="over"):
        undo(other, by="owner", vault=office.vault, clock=office.clock)
    office.eraser.run()

    assert office.person() == first
    exported = export_person(desks.NUMBER, vault=office.vault, out=tmp_path / "ana.zip", at=office.clock.now())
    assert exported.messages == 1
    with pytest.raises(UnknownPersonError):
        office.person(OTHER)
    with office.vault.look() as tx:
        assert tx.people.get(second.id).rest is Rest.ERASED


def test_a_clock_set_back_brings_nobody_back_whose_key_is_gone(office: Office) -> None:
    office.text(CANARY)
    erasure = office.ask(office.person(), days=UNDO_DAYS)[0]
    office.vault.person_keys.destroy([erasure.person], at=office.clock.now())

    with pytest.raises(ErasedError):
        undo(erasure.id, by="owner", vault=office.vault, clock=office.clock)


def test_who_writes_while_they_can_be_brought_back_is_somebody_new_and_both_can_be_exported(
    office: Office, tmp_path: Path
) -> None:
    office.text("before")
    erasure = office.ask(office.person(), days=UNDO_DAYS)[0]
    office.later(1)
    office.text("after")
    newcomer = office.person()

    undo(erasure.id, by="owner", vault=office.vault, clock=office.clock)

    assert newcomer.id != erasure.person
    assert office.person().id == newcomer.id
    exported = export_person(desks.NUMBER, vault=office.vault, out=tmp_path / "ana.zip", at=office.clock.now())
    assert exported.messages == 2


def test_asked_again_for_good_it_is_done_at_once(office: Office) -> None:
    office.text(CANARY)
    person = office.person()
    first = office.ask(person, days=UNDO_DAYS)[0]

    again = office.ask(person)[0]

    assert again.id == first.id
    assert office.eraser.carry_out() == 1
    assert office.ask(person)[0].id == first.id
    assert office.eraser.carry_out() == 0


def test_what_was_to_go_out_is_withheld_also_where_a_run_was_at_work(office: Office) -> None:
    office.text(CANARY)
    person = office.person()
    office.ask(person, days=UNDO_DAYS)
    with office.vault.transaction() as tx:
        # A run that had begun before queues its reply after.
        reply = desks.a_reply(tx, person.id)
        tx.jobs.add(JobKind.SEND, reply.id, due=office.clock.now(), at=office.clock.now())

    office.work()

    assert office.sent() == []
    with office.vault.look() as tx:
        assert tx.replies.get(reply.id).state is ReplyState.REFUSED


def test_a_clock_that_jumped_ends_nobodys_time_to_undo(office: Office) -> None:
    office.text(CANARY)
    office.text("and mine", sender=OTHER)
    office.ask(office.person(), days=UNDO_DAYS)
    office.later(31 * DAY_MS)
    office.ask(office.person(OTHER))
    doubtful = replace(office.eraser, trusted=lambda: False)

    assert doubtful.carry_out() == 1
    assert office.eraser.carry_out() == 1


class _Cut(Exception):
    pass


@pytest.mark.parametrize("step", ["destroy", "forget_person", "audit", "empty_logs", "strike", "mark"])
def test_an_erasure_cut_off_at_any_step_is_finished_by_the_next_run(
    office: Office, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.text(CANARY)
    office.text("somebody else's", sender=OTHER)
    person = office.person()
    office.ask(person)

    def cut(*_: object, **__: object) -> None:
        raise _Cut

    places: dict[str, tuple[object, str]] = {
        "destroy": (office.vault.person_keys, "_emptied"),
        "forget_person": (erasing, "forget_person"),
        "audit": (erasing, "_emptied"),
        "empty_logs": (Vault, "empty_logs"),
        "strike": (SpoolReader, "strike"),
        "mark": (erasing, "Meta"),
    }
    with monkeypatch.context() as patched:
        patched.setattr(*places[step], cut)
        with pytest.raises((_Cut, AttributeError)):
            office.eraser.run()
    office.eraser.run()

    with office.vault.look() as tx:
        done = tx.erasures.of(person.id)
        assert done is not None
        assert done.done_at is not None
        assert done.spool_at is not None
        assert done.rewrapped_at is not None
        erased = [body for body in tx.audit.bodies() if b'"action":"erased"' in body]
    assert len(erased) == 1
    assert office.words_in_spool() == ["", "somebody else's"]


def test_while_the_door_cannot_be_asked_its_newest_file_waits(office: Office) -> None:
    office.text(CANARY)
    office.ask(office.person())
    office.door_answers = False
    office.eraser.run()
    with office.vault.look() as tx:
        assert len(tx.erasures.owing_letters()) == 1
    assert office.words_in_spool() == [CANARY]

    office.later(DAY_MS + 1)
    office.eraser.run()
    with office.vault.look() as tx:
        assert tx.alerts.count("erasure-late") == 1

    office.door_answers = True
    office.eraser.run()
    assert office.words_in_spool() == [""]


def test_after_a_restore_of_older_data_everybody_erased_is_erased_again(office: Office) -> None:
    office.text(CANARY)
    office.text("waiting", sender=OTHER)
    person, waiting = office.person(), office.person(OTHER)
    office.ask(waiting, days=UNDO_DAYS)
    # The data of yesterday, the person keys of today.
    office.vault.person_keys.destroy([person.id, waiting.id, "f" * 32], at=office.clock.now())

    assert apply_tombstones(office.vault, office.clock) == 2
    assert apply_tombstones(office.vault, office.clock) == 0

    with office.vault.reading() as tx:
        assert {tx.people.get(one.id).rest for one in (person, waiting)} == {Rest.ERASED}
        shown = tx.readings.open(Reading("x", Shown.INBOX, office.clock.now()), [person.number])
        assert list(shown.values()) == [ERASED]


def test_data_newer_than_the_person_keys_erases_again_too(office: Office) -> None:
    office.text(CANARY)
    person = office.person()
    older = office.vault.folder / "persons.older"
    office.vault.empty_logs()
    older.write_bytes((office.vault.folder / "persons.db").read_bytes())
    office.ask(person)
    office.eraser.carry_out()
    office.vault.close()
    for beside in ("persons.db-wal", "persons.db-shm"):
        (office.vault.folder / beside).unlink(missing_ok=True)
    older.replace(office.vault.folder / "persons.db")

    with desks.opened(office.folder) as vault:
        assert vault.person_keys.get(person.id).secret.reveal()
        apply_tombstones(vault, office.clock)
        with pytest.raises(ErasedError):
            vault.person_keys.get(person.id)


def test_the_erased_leaf_names_counts_and_nothing_else(office: Office) -> None:
    office.text(CANARY)
    office.ask(office.person())
    office.eraser.run()

    with office.vault.look() as tx:
        actions = [body for body in tx.audit.bodies() if f'"{Action.ERASED}"'.encode() in body]
    assert len(actions) == 1
    assert desks.NUMBER.encode() not in actions[0]
    assert OWNER.name == "owner"
