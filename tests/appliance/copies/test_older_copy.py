"""An older copy of the desk's files was put back: it must not bury the backup that holds the rest."""

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from appliance.copies.backing_up import Done, Failure
from appliance.copies.epochs import barred
from appliance.copies.restoring import restore_desk
from appliance.gateways.keystore import NoKeystore
from appliance.keeping.copy_mark import newest_copy
from appliance.keeping.mark_places import keystore_mark
from appliance.keeping.marks import Marks
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.errors import LogBehindError
from storage.keys.agekeys import spelled
from storage.meta import Meta
from storage.vault import DESK_FILE, Vault
from tests import desks
from tests.appliance.copies.copying import HOUR, Copying
from tests.standins.clock import FixedClock


def signed(copying: Copying) -> None:
    with copying.vault.transaction() as tx:
        tx.audit.append(Action.RECEIVED, actor="core", at=copying.clock.now())
        sign(tx.audit, copying.vault.keys.signer(), copying.clock.now())


@pytest.fixture
def older(tmp_path: Path, clock: FixedClock) -> Copying:
    """Two texts are in the newest backup, and desk.db was put back to when there was one."""
    folder = desks.a_folder(tmp_path / desks.DESK)
    with desks.opened(folder) as vault:
        copying = Copying(vault, clock, tmp_path / "stick")
        copying.text()
        signed(copying)
        copying.hourly()
    shutil.copyfile(folder / DESK_FILE, tmp_path / "older.db")
    with desks.opened(folder) as vault:
        copying = replace_vault(copying, vault)
        clock.advance(HOUR)
        copying.text("+15125550124")
        signed(copying)
        copying.hourly()
    shutil.copyfile(tmp_path / "older.db", folder / DESK_FILE)
    return copying


def replace_vault(copying: Copying, vault: Vault) -> Copying:
    """The same stick and sheet, the desk opened anew."""
    other = Copying.__new__(Copying)
    other.__dict__.update(copying.__dict__)
    other.vault = vault
    epochs = replace(copying.copies.epochs, vault=vault)
    backing_up = replace(copying.copies.backing_up, vault=vault, epochs=epochs)
    drilling = replace(copying.copies.drilling, vault=vault, backing_up=backing_up)
    other.copies = replace(copying.copies, vault=vault, epochs=epochs, backing_up=backing_up, drilling=drilling)
    return other


def test_an_older_copy_does_not_bury_the_backup_that_has_the_rest(older: Copying, tmp_path: Path) -> None:
    with desks.opened(tmp_path / desks.DESK) as vault:
        older = replace_vault(older, vault)
        marks = Marks(
            vault,
            older.clock,
            (keystore_mark(NoKeystore(), vault.keys),),
            partial(newest_copy, older.copies),
        )
        for _ in range(2):
            older.clock.advance(HOUR)
            [failure] = older.copies.backing_up.everywhere()
            assert isinstance(failure, Failure)
            assert isinstance(failure.error, LogBehindError)
            with pytest.raises(LogBehindError, match="the backup remembers"):
                marks.look_at_copy()
        assert "Restore the newest backup" in older.copies.shown().places[0].remedy

        back = restore_desk(older.place, tmp_path / "home", spelled(older.sheet), clock=older.clock)
        assert back.report.counts.messages_in == 2


def test_before_the_first_reply_the_newest_backup_is_asked_how_long_the_log_was(older: Copying, tmp_path: Path) -> None:
    with desks.opened(tmp_path / desks.DESK) as vault:
        older = replace_vault(older, vault)
        marks = Marks(vault, older.clock, (), partial(newest_copy, older.copies))

        older.copies.look_before_the_first_reply(marks.look_at_copy, within_s=30)

        with vault.look() as tx:
            assert barred(tx) == LogBehindError.code


def test_once_somebody_lets_it_go_on_as_it_is_it_is_backed_up_again(older: Copying, tmp_path: Path) -> None:
    with desks.opened(tmp_path / desks.DESK) as vault:
        older = replace_vault(older, vault)
        marks = Marks(vault, older.clock, (), partial(newest_copy, older.copies))
        with pytest.raises(LogBehindError):
            marks.look_at_copy()

        assert marks.accept("owner") == 2

        assert [type(one) for one in older.copies.backing_up.everywhere()] == [Done]
        marks.look_at_copy()


@pytest.fixture
def behind(vault: Vault, clock: FixedClock, tmp_path: Path) -> Copying:
    """A desk of which some mark has said that the end of its log is missing."""
    with vault.transaction() as tx:
        tx.meta.put(Meta.SENDING_PAUSED, LogBehindError.code)
    return Copying(vault, clock, tmp_path / "stick")


def test_what_another_mark_says_of_the_log_keeps_it_from_being_backed_up_as_well(behind: Copying) -> None:
    with pytest.raises(LogBehindError):
        behind.hourly()

    assert not list(behind.folder.rglob("sets/*"))


def test_that_the_old_machine_is_off_is_no_answer_to_a_log_whose_end_is_missing(behind: Copying) -> None:
    with pytest.raises(LogBehindError):
        behind.copies.resume_sending("owner")

    with behind.vault.look() as tx:
        assert barred(tx) == LogBehindError.code


def test_a_set_of_before_anything_was_signed_says_nothing_of_the_log(
    vault: Vault, clock: FixedClock, tmp_path: Path
) -> None:
    copying = Copying(vault, clock, tmp_path / "stick")
    copying.hourly()
    copying.hourly()

    assert newest_copy(copying.copies) is None
