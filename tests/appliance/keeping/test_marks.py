"""High-water marks of a real desk: an older copy or a cut log is noticed; a crash and a restoring raise no alarm."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from appliance.gateways.keystore import NoKeystore
from appliance.keeping.mark_places import keystore_mark
from appliance.keeping.marks import LOG_BEHIND, Marks
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.mark_file import FILE, MarkFile
from storage.audit.marks import Mark, Standing
from storage.audit.note import parse_and_verify
from storage.audit.tree import stored
from storage.check import check_desk
from storage.errors import LogBehindError, MissingError
from storage.keys.secret import SecretBytes
from storage.meta import Meta
from storage.report import Check
from storage.vault import Vault
from tests import desks
from tests.standins.clock import FixedClock
from tests.standins.keystore import KeystoreInMemory


@pytest.fixture
def keystore() -> KeystoreInMemory:
    return KeystoreInMemory()


def marks_of(vault: Vault, clock: FixedClock, keystore: KeystoreInMemory | NoKeystore) -> Marks:
    spool = vault.folder / "spool"
    spool.mkdir(exist_ok=True)
    return Marks(vault, clock, (MarkFile(spool), keystore_mark(keystore, vault.keys)))


def signed(vault: Vault, marks: Marks, *, leaves: int = 10) -> str:
    """Something happens, and it is signed; the checkpoint."""
    with vault.transaction() as tx:
        for _ in range(leaves):
            tx.audit.append(Action.RECEIVED, actor="core", at=desks.NOW)
        text = sign(tx.audit, vault.keys.signer(), desks.NOW).text
    marks.keep()
    return text


def standings(marks: Marks) -> dict[str, Standing]:
    return {one.place: one.standing for one in marks.seen}


def test_marks_fit_the_log_they_were_written_for_and_what_follows(
    vault: Vault, clock: FixedClock, keystore: KeystoreInMemory
) -> None:
    marks = marks_of(vault, clock, keystore)
    marks.look()
    assert set(standings(marks).values()) == {Standing.NONE}
    marks.keep()

    for _ in range(3):
        signed(vault, marks)
        marks.look()

    assert standings(marks) == {"keystore": Standing.FITS, "spool": Standing.FITS, "backup": Standing.NONE}
    assert not marks.wrong


def test_an_older_copy_of_the_desk_is_noticed_and_nothing_goes_out_until_somebody_decides(
    tmp_path: Path, clock: FixedClock, keystore: KeystoreInMemory
) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    with desks.opened(folder) as vault:
        signed(vault, marks_of(vault, clock, keystore))
    shutil.copyfile(folder / "desk.db", tmp_path / "older.db")
    with desks.opened(folder) as vault:
        signed(vault, marks_of(vault, clock, keystore))
    shutil.copyfile(tmp_path / "older.db", folder / "desk.db")

    with desks.opened(folder) as vault:
        marks = marks_of(vault, clock, keystore)
        for _ in range(2):
            with pytest.raises(LogBehindError, match="20 entries"):
                marks.look()
        assert standings(marks)["spool"] is Standing.BEHIND
        with vault.look() as tx:
            assert tx.meta.get(Meta.SENDING_PAUSED) == LOG_BEHIND
            assert [(alert.code, alert.count) for alert in tx.alerts.unseen()] == [(LOG_BEHIND, 2)]
        assert marks_found(folder).ok is False

        assert marks.accept("owner") == 2

        with vault.look() as tx:
            assert (tx.meta.get(Meta.SENDING_PAUSED), tx.meta.epoch()) == ("", 2)
            assert tx.alerts.unseen() == []
        assert standings(marks)["spool"] is Standing.OLDER_EPOCH
        signed(vault, marks)
        marks.look()
        assert standings(marks)["spool"] is Standing.FITS
    assert marks_found(folder).ok


def marks_found(folder: Path) -> Check:
    """What the offline check says of the marks."""
    report = check_desk(folder, SecretBytes(desks.PASSPHRASE.encode()))
    return next(check for check in report.checks if check.name == "marks")


def test_a_log_whose_end_was_cut_with_its_checkpoints_is_noticed(
    vault: Vault, clock: FixedClock, keystore: KeystoreInMemory
) -> None:
    marks = marks_of(vault, clock, keystore)
    signed(vault, marks)
    with dict(vault.engines())["desk.db"].begin() as connection:
        connection.execute(text("DELETE FROM leaves WHERE i >= 4"))
        connection.execute(text("DELETE FROM tree_nodes WHERE position >= :p"), {"p": stored(4)})
        connection.execute(text("DELETE FROM checkpoints"))
    with vault.look() as tx:
        assert tx.audit.check(*vault.keys.audit_public_keys()).leaves == 4  # the log alone cannot tell

    with pytest.raises(LogBehindError):
        marks.look()


@pytest.mark.parametrize("left", ["keystore", "spool", "backup"])
def test_each_mark_alone_is_enough(vault: Vault, clock: FixedClock, keystore: KeystoreInMemory, left: str) -> None:
    marks = marks_of(vault, clock, keystore)
    note = signed(vault, marks)
    kept = Mark(1, desks.NOW, parse_and_verify(note, desk=desks.DESK, public_keys=vault.keys.audit_public_keys()))
    if left != "keystore":
        keystore.kept.clear()
    if left != "spool":
        (vault.folder / "spool" / FILE).unlink()
    marks.newest_copy = lambda: kept if left == "backup" else None
    with dict(vault.engines())["desk.db"].begin() as connection:
        for table in ("leaves", "tree_nodes", "checkpoints"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - one of three names

    with pytest.raises(LogBehindError, match=left):
        marks.look_at_copy()


def gone() -> Mark | None:
    raise MissingError("the disk with the backups is not plugged in")


def no_disk() -> Mark | None:
    raise OSError


@pytest.mark.parametrize("newest_copy", [gone, no_disk])
def test_a_place_that_is_not_there_is_told_and_is_no_alarm(
    vault: Vault, clock: FixedClock, newest_copy: Callable[[], Mark | None]
) -> None:
    marks = marks_of(vault, clock, NoKeystore())
    marks.newest_copy = newest_copy
    signed(vault, marks)
    assert standings(marks)["keystore"] is Standing.NO_PLACE

    marks.look_at_copy()

    assert standings(marks) == {
        "keystore": Standing.NONE,
        "spool": Standing.FITS,
        "backup": Standing.NO_PLACE,
    }


def test_a_keystore_that_locks_itself_keeps_nothing_from_being_signed(
    vault: Vault, clock: FixedClock, keystore: KeystoreInMemory
) -> None:
    marks = marks_of(vault, clock, keystore)
    keystore.locked = True
    signed(vault, marks)
    marks.look()
    assert standings(marks)["keystore"] is Standing.NO_PLACE

    keystore.locked = False
    signed(vault, marks)
    marks.look()

    assert standings(marks)["keystore"] is Standing.FITS


def test_a_kill_between_the_commit_and_the_mark_is_no_alarm(
    vault: Vault, clock: FixedClock, keystore: KeystoreInMemory
) -> None:
    marks = marks_of(vault, clock, keystore)
    signed(vault, marks)
    with vault.transaction() as tx:
        tx.audit.append(Action.RECEIVED, actor="core", at=desks.NOW)
        sign(tx.audit, vault.keys.signer(), desks.NOW)

    marks.look()

    assert standings(marks)["spool"] is Standing.FITS


def test_a_restored_desk_of_a_new_epoch_is_no_alarm_and_the_machine_it_left_is(
    tmp_path: Path, clock: FixedClock, keystore: KeystoreInMemory
) -> None:
    folder = desks.a_folder(tmp_path / "one" / desks.DESK)
    with desks.opened(folder) as vault:
        signed(vault, marks_of(vault, clock, keystore))
    shutil.copytree(folder, tmp_path / "two" / desks.DESK)
    with desks.opened(folder) as vault:
        signed(vault, marks_of(vault, clock, keystore))

    with desks.opened(tmp_path / "two" / desks.DESK) as restored:
        with restored.transaction() as tx:
            tx.meta.put(Meta.EPOCH, 2)
        marks = marks_of(restored, clock, keystore)
        marks.look()
        signed(restored, marks, leaves=1)
        marks.look()
    with desks.opened(folder) as vault, pytest.raises(LogBehindError, match="later restoring"):
        marks_of(vault, clock, keystore).look()


def test_a_pause_for_another_reason_stays(vault: Vault, clock: FixedClock, keystore: KeystoreInMemory) -> None:
    marks = marks_of(vault, clock, keystore)
    with vault.transaction() as tx:
        tx.meta.put(Meta.SENDING_PAUSED, "restored")
        tx.meta.put(Meta.EPOCH, 2)
    signed(vault, marks)
    with vault.transaction() as tx:
        tx.meta.put(Meta.EPOCH, 1)
    with pytest.raises(LogBehindError):
        marks.look()

    assert marks.accept("owner") == 3

    with vault.look() as tx:
        assert tx.meta.get(Meta.SENDING_PAUSED) == "restored"


def test_no_mark_elsewhere_gets_ahead_of_the_one_in_the_folder(
    vault: Vault, clock: FixedClock, keystore: KeystoreInMemory
) -> None:
    marks = marks_of(vault, clock, keystore)
    (vault.folder / "spool").rmdir()

    signed(vault, marks)

    assert keystore.kept == {}
    assert standings(marks)["spool"] is Standing.NO_PLACE
