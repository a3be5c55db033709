import errno
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from appliance.chores import Chores
from appliance.copies.backing_up import TOO_OLD_MS, Done, Failure
from appliance.copies.epochs import SupersededError, barred, resume
from storage.audit.leaf import Action
from storage.copies.persons import persons_names
from storage.copies.place import FolderPlace, PlaceMissingError
from storage.errors import DiskFullError
from storage.keys.keyring import write_next
from storage.keys.secret import SecretBytes
from storage.meta import Meta
from storage.rotation.rotate import ask_for, rotate
from storage.spool.reader import SpoolReader
from storage.vault import Vault
from tests.appliance.copies.copying import DAY, HOUR, Copying
from tests.damage import flip
from tests.standins.clock import FixedClock


@pytest.fixture
def copying(vault: Vault, clock: FixedClock, tmp_path: Path) -> Copying:
    return Copying(vault, clock, tmp_path / "stick")


def leaves(vault: Vault, action: Action) -> int:
    with vault.look() as tx:
        return sum(f'"action":"{action.value}"'.encode() in body for body in tx.audit.bodies())


def test_each_hour_a_set_is_written_and_once_a_day_it_is_put_together_whole(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    first = copying.state
    copying.clock.advance(HOUR)
    copying.text("+15125550124")
    copying.hourly()

    assert copying.state.set_at == first.set_at + HOUR
    assert copying.state.whole_at == first.whole_at
    assert leaves(copying.vault, Action.BACKED_UP) == 1
    copying.clock.advance(DAY)
    copying.hourly()
    assert copying.state.whole_at > first.whole_at
    assert leaves(copying.vault, Action.BACKED_UP) == 2


def test_a_place_that_is_missing_is_told_once_it_was_missing_for_too_long(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    copying.folder.rename(copying.folder.with_name("away"))

    copying.clock.advance(HOUR)
    copying.hourly()
    assert copying.state.failing == "place-missing"
    assert copying.alerts() == []
    copying.clock.advance(TOO_OLD_MS)
    with pytest.raises(Exception, match="not there"):
        copying.hourly()
    assert "place-missing" in copying.alerts()
    copying.copies.tell_age()
    assert "backup-old" in copying.alerts()
    copying.folder.with_name("away").rename(copying.folder)
    copying.hourly()
    assert copying.state.failing == ""
    assert copying.alerts() == []


def test_a_place_that_fails_keeps_no_other_from_its_set(copying: Copying, tmp_path: Path) -> None:
    copying.text()
    others = [FolderPlace(tmp_path / name) for name in ("away", "share")]
    (tmp_path / "share").mkdir()
    backing_up = replace(copying.copies.backing_up, places=lambda: (others[0], copying.place, others[1]))

    with pytest.raises(PlaceMissingError):
        backing_up.hourly()

    for place in (copying.place, others[1]):
        assert len(backing_up.shelf(place).sets()) == 1
        assert len(persons_names(backing_up.shelf(place))) == 1
        assert replace(copying.copies.drilling, backing_up=backing_up).at(place, actor="owner").code == ""


def test_a_folder_that_is_not_there_is_never_made_by_the_chore(copying: Copying) -> None:
    copying.folder.rmdir()

    assert [type(one) for one in copying.copies.backing_up.everywhere()] == [Failure]
    assert not copying.folder.exists()


def test_a_damaged_base_is_found_by_the_daily_check_and_everything_is_copied_anew(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    piece = max(copying.folder.rglob("pieces/*"), key=lambda path: path.stat().st_size)
    flip(piece)

    copying.clock.advance(DAY)
    copying.hourly()

    assert copying.alerts() == ["backup-damaged"]
    assert copying.state.base_at == copying.state.set_at
    copying.clock.advance(DAY)
    copying.hourly()
    assert copying.alerts() == ["backup-damaged"]


@pytest.mark.parametrize("harm", ["flip", "gone"])
def test_a_damaged_copy_of_the_person_keys_is_found_by_the_daily_check_and_written_anew(
    copying: Copying, harm: str
) -> None:
    copying.text()
    copying.hourly()
    [copy] = copying.folder.rglob("*.copy")
    flip(copy)
    if harm == "gone":
        copy.unlink()

    copying.clock.advance(DAY)
    copying.hourly()

    assert copying.state.failing == ""
    assert copying.copies.drilling.at(copying.place, actor="owner").code == ""


def test_a_place_that_lost_the_newest_set_is_noticed(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    copying.clock.advance(HOUR)
    copying.text()
    copying.hourly()
    max(copying.folder.rglob("sets/*")).unlink()

    copying.clock.advance(HOUR)
    copying.hourly()

    assert copying.alerts() == ["place-rolled-back"]


def test_after_an_erasure_every_older_copy_of_the_person_keys_goes(copying: Copying) -> None:
    from storage.erasures import Destroyed

    for number in range(3):
        copying.text(f"+1512555012{number}")
        copying.hourly()
        copying.clock.advance(HOUR)
    shelf = copying.copies.backing_up.shelf(copying.place)
    old = persons_names(shelf)
    assert len(old) == 3
    with copying.vault.transaction() as tx:
        person = tx.people.find(copying.vault.number_index("+15125550121"))
        assert person is not None
        at = copying.clock.now()
        erasure = tx.erasures.ask(person, by="owner", at=at, due=at, spool_through=0)
        tx.erasures.done(erasure.id, Destroyed(1, 0, 0, 0, stop_kept=False), leaf=0, at=at)
    copying.clock.advance(1)

    copying.copies.backing_up.persons_everywhere()

    left = persons_names(shelf)
    assert len(left) == 1
    assert left[0] not in old
    with copying.vault.look() as tx:
        assert tx.erasures.owing_copies() == []


def test_the_newest_three_copies_of_the_person_keys_stay_whatever_the_number_of_sets(copying: Copying) -> None:
    shelf, seen = copying.copies.backing_up.shelf(copying.place), list[str]()
    for number in range(6):
        copying.text(f"+1512555012{number}")
        copying.hourly()
        seen.append(persons_names(shelf)[-1])
        copying.clock.advance(HOUR)
    copying.hourly()  # nobody new: no copy more

    assert len(set(seen)) == 6
    assert list(persons_names(shelf)) == seen[-3:]
    assert len(shelf.sets()) == 7


def test_an_erasure_waits_for_a_place_that_is_missing(copying: Copying) -> None:
    from storage.erasures import Destroyed

    copying.text()
    copying.hourly()
    copying.clock.advance(1)
    with copying.vault.transaction() as tx:
        person = tx.people.find(copying.vault.number_index("+15125550123"))
        assert person is not None
        at = copying.clock.now()
        erasure = tx.erasures.ask(person, by="owner", at=at, due=at, spool_through=0)
        tx.erasures.done(erasure.id, Destroyed(1, 0, 0, 0, stop_kept=False), leaf=0, at=at)
    copying.folder.rename(copying.folder.with_name("away"))

    with pytest.raises(Exception, match="not there"):
        copying.copies.backing_up.persons_everywhere()

    with copying.vault.look() as tx:
        assert len(tx.erasures.owing_copies()) == 1


def test_back_up_now_checks_whole_in_the_name_of_whoever_asked(copying: Copying) -> None:
    from tests.appliance.evening import OWNER

    copying.copies.back_up_now(OWNER)
    assert copying.copies.shown().running == ("backup",)
    copying.copies.when_asked()

    shown = copying.copies.shown()
    assert not shown.running
    assert shown.places[0].whole_at == copying.clock.now()


def test_a_machine_that_was_replaced_neither_backs_up_nor_sends(copying: Copying) -> None:
    copying.hourly()
    shelf = copying.copies.backing_up.shelf(copying.place)
    shelf.put_epoch(2, key=copying.copies.epochs._key())

    [failure] = copying.copies.backing_up.everywhere()

    assert isinstance(failure, Failure)
    assert isinstance(failure.error, SupersededError)
    with copying.vault.look() as tx:
        assert barred(tx) == "superseded"
    with pytest.raises(SupersededError):
        resume(copying.vault, copying.clock, actor="owner")


def test_a_machine_that_was_replaced_takes_no_copy_of_the_person_keys_away(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    shelf = copying.copies.backing_up.shelf(copying.place)
    shelf.put_epoch(2, key=copying.copies.epochs._key())
    kept = persons_names(shelf)
    vault, fresh = copying.vault, SecretBytes(bytes(range(32)))
    vault.take_keys(write_next(vault.folder, vault.keys, now=copying.clock.now(), root=fresh, both=True))

    with pytest.raises(SupersededError):
        copying.copies.backing_up.persons_everywhere()

    assert persons_names(shelf) == kept


def test_a_forged_mark_of_an_epoch_is_told_and_not_believed(copying: Copying) -> None:
    copying.hourly()
    next(copying.folder.rglob("epoch")).write_text(f"9 {'0' * 64}\n")

    copying.copies.look_for_others()

    assert copying.alerts() == ["epoch-unreadable"]
    with copying.vault.look() as tx:
        assert barred(tx) == ""
    assert all(isinstance(one, Done) for one in copying.copies.backing_up.everywhere())


def test_sending_goes_on_once_the_owner_says_that_the_old_machine_is_off(copying: Copying) -> None:
    with copying.vault.transaction() as tx:
        tx.meta.put(Meta.SENDING_PAUSED, "restored")

    assert copying.copies.shown().paused == "restored"
    assert copying.copies.resume_sending("owner")
    assert copying.copies.shown().paused == ""
    assert not copying.copies.resume_sending("owner")


def test_this_machines_full_disk_is_named_and_the_older_set_stays(
    copying: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying.text()
    copying.hourly()
    newest = copying.state.set_name
    copying.clock.advance(HOUR)
    copying.text("+15125550124")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_bytes", full)
        with pytest.raises(DiskFullError):
            copying.hourly()

    assert (copying.state.failing, copying.state.set_name) == ("disk-full", newest)
    copying.hourly()
    assert copying.state.failing == ""


def test_letters_go_once_they_are_in_the_database_and_in_a_backup(copying: Copying, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    for first in (10, 20, 30):
        (spool / f"{first:020d}.letters").write_bytes(b"")
    chores = Chores.__new__(Chores)
    object.__setattr__(chores, "keep_letters_ms", 7 * DAY)
    object.__setattr__(chores, "vault", copying.vault)
    object.__setattr__(chores, "spool", SpoolReader(spool, identities=(), now=lambda: 1 << 62))
    with copying.vault.transaction() as tx:
        tx.meta.put(Meta.SPOOL_SEQUENCE, 15)
    copying.hourly()
    with copying.vault.transaction() as tx:
        tx.meta.put(Meta.SPOOL_SEQUENCE, 25)

    chores.drop_letters()

    assert copying.state.spool == 15
    assert not (spool / f"{10:020d}.letters").exists()


def test_after_the_root_key_was_changed_everything_is_copied_under_the_new_one(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    vault, fresh = copying.vault, SecretBytes(bytes(range(32)))
    vault.take_keys(write_next(vault.folder, vault.keys, now=copying.clock.now(), root=fresh, both=True))
    copying.clock.advance(DAY)

    copying.copies.backing_up.persons_everywhere()
    copying.hourly()

    shelf = copying.copies.backing_up.shelf(copying.place)
    assert len(persons_names(shelf)) == 1
    assert copying.state.base_at == copying.state.set_at
    assert copying.alerts() == []
    assert copying.copies.drilling.at(copying.place, actor="owner").code == ""


def test_a_place_that_hangs_does_not_keep_the_desk_from_opening(
    copying: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, asked = Event(), Event()

    def hangs(*_: object) -> bytes:
        asked.set()
        over.wait(30)
        raise PlaceMissingError("gone")

    monkeypatch.setattr(FolderPlace, "read", hangs)
    copying.copies.look_before_the_first_reply(within_s=0.2)

    assert asked.wait(5)
    over.set()


@pytest.mark.parametrize("after_leak", [False, True])
def test_after_every_key_was_changed_a_set_is_written_and_put_together_whole(
    copying: Copying, *, after_leak: bool
) -> None:
    copying.text()
    copying.hourly()
    with copying.vault.transaction() as tx:
        ask_for(tx, after_leak=after_leak, actor="owner")

    rotate(copying.vault, now=copying.clock.now())
    copying.clock.advance(DAY)
    copying.hourly()

    assert copying.state.failing in {"", None}
    assert copying.state.set_at == copying.state.whole_at == copying.clock.now()
    assert copying.alerts() == []
