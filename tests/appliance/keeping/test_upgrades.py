"""The files from before an upgrade: told once, gone with the next backup; going back loses no text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeping.after_loss import CODE as LOST
from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.limits import DAY
from appliance.keeping.upgrades import CODE, WITHOUT_BACKUP, Upgrades, tell_upgrade
from appliance.opening.store import vault_of
from appliance.staff.status import sentence_of
from storage.backups import PlaceState
from storage.messages import MessageState
from storage.upgrading import FOLDER, kept, put_back
from storage.vault import Vault
from tests import desks
from tests.appliance.keeping.office import Office
from tests.faults.migrating import one_step_more
from tests.standins.clock import FixedClock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return desks.a_folder(tmp_path / desks.DESK)


@pytest.fixture
def vault(folder: Path, clock: FixedClock) -> Iterator[Vault]:
    """A desk that the next release has just opened."""
    with one_step_more():
        vault = vault_of(folder, desks.keys_of(folder), alone=clock)
        yield vault
        vault.close()


@pytest.fixture
def upgrades(vault: Vault, clock: FixedClock) -> Upgrades:
    return Upgrades(vault, clock, ClockGuard(vault=vault, clock=clock, ticks=clock.now))


def told(vault: Vault) -> list[str]:
    with vault.look() as tx:
        return [alert.code for alert in tx.alerts.unseen()]


def leaves(vault: Vault) -> int:
    with vault.look() as tx:
        return sum(b'"migrated"' in body and b'["desk-0001","persons-0001"]' in body for body in tx.audit.bodies())


def backed_up(vault: Vault, at: int) -> None:
    with vault.transaction() as tx:
        tx.backups.keep(PlaceState("a" * 32, whole_at=at))


def test_an_upgrade_is_told_once_and_is_on_the_log(vault: Vault, clock: FixedClock) -> None:
    assert not tell_upgrade(vault, at=clock.now())

    assert told(vault) == [CODE]
    assert leaves(vault) == 1
    assert "undo-upgrade" in sentence_of(CODE).remedy


def test_the_next_whole_backup_takes_them_away(vault: Vault, clock: FixedClock, upgrades: Upgrades) -> None:
    backed_up(vault, clock.now() - 1)
    clock.advance(DAY)
    upgrades.tidy()
    assert kept(vault.folder)

    backed_up(vault, clock.now())
    upgrades.tidy()

    assert not kept(vault.folder)
    assert told(vault) == []


def test_without_a_backup_they_go_after_a_week_but_not_by_a_clock_in_doubt(
    vault: Vault, clock: FixedClock, upgrades: Upgrades
) -> None:
    upgrades.guard.look()
    upgrades.guard.ticks = lambda: desks.NOW
    clock.advance(WITHOUT_BACKUP + 1)
    upgrades.tidy()
    assert kept(vault.folder)

    upgrades.guard.trust(by="owner")
    upgrades.tidy()

    assert not kept(vault.folder)


def test_a_key_that_is_destroyed_is_in_no_copy_from_before_an_upgrade(vault: Vault, clock: FixedClock) -> None:
    office = Office(vault, clock, folder=vault.folder)
    office.text("are you open tomorrow?")
    office.ask(office.person())

    office.eraser.carry_out()

    assert not (vault.folder / FOLDER).exists()
    assert told(vault) == []


def test_whoever_goes_back_reads_in_again_what_came_since_and_answers_none_of_it_twice(
    folder: Path, clock: FixedClock
) -> None:
    keys = desks.keys_of(folder)
    with one_step_more():
        vault = vault_of(folder, keys, alone=clock)
        office = Office(vault, clock, folder=folder)
        office.text("are you open tomorrow?")
        office.writer.close()
        vault.close()

    put_back(folder, keys := desks.keys_of(folder))
    vault = vault_of(folder, keys, alone=clock)
    office = Office(vault, clock, folder=folder)
    office.take_in()
    office.work()

    assert told(vault) == [LOST]
    assert office.sent() == []
    with vault.look() as tx:
        assert tx.messages.count(MessageState.HELD) == 1
    vault.close()
