from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.copies.drilling import Drilling
from appliance.copies.epochs import barred
from appliance.copies.restoring import Restored, restore_desk
from appliance.folders import SETTINGS_FILE, desks_in
from storage.audit.leaf import Action
from storage.copies.restore import NoCopyError
from storage.errors import DamagedError, ExistsError, RecoveryCodeError, WrongKeyError
from storage.keys.agekeys import new_identity, spelled
from storage.keys.keyring import unlock
from storage.keys.secret import SecretBytes
from storage.vault import Vault
from tests.appliance.copies.copying import HOUR, Copying
from tests.damage import flip, mistyped
from tests.desks import DESK, PASSPHRASE, a_message, a_person
from tests.standins.clock import FixedClock


@pytest.fixture
def copying(vault: Vault, clock: FixedClock, tmp_path: Path) -> Copying:
    return Copying(vault, clock, tmp_path / "stick")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "new" / "home"


def back(copying: Copying, home: Path, spool: Path | None = None) -> Restored:
    return restore_desk(copying.place, home, spelled(copying.sheet), clock=copying.clock, spool=spool)


def opened(home: Path) -> Vault:
    """As the owner opens it on the new machine: with the passphrase of that day."""
    return Vault(home / DESK, unlock(home / DESK, passphrase=SecretBytes(PASSPHRASE.encode()), desk=DESK))


@pytest.fixture
def vaults() -> Iterator[list[Vault]]:
    made: list[Vault] = []
    yield made
    for vault in made:
        vault.close()


def test_a_desk_comes_back_with_the_sheet_alone_and_opens_with_its_old_passphrase(
    copying: Copying, home: Path, vaults: list[Vault]
) -> None:
    for number in range(5):
        copying.text(f"+1512555010{number}")
    copying.hourly()
    copying.clock.advance(HOUR)
    before = copying.vault.keys.audit_public_keys()[0]

    done = back(copying, home)
    vaults.append(opened(home))

    assert done.report.ok
    assert done.report.counts.messages_in == 5
    assert done.lost_ms == HOUR
    assert done.epoch == 2
    with vaults[0].look() as tx:
        assert tx.meta.epoch() == 2
        assert barred(tx) == "restored"
        assert tx.audit.check(*vaults[0].keys.audit_public_keys()).leaves == done.report.counts.leaves
        assert any(b'"action":"restored"' in body for body in tx.audit.bodies())
    assert vaults[0].keys.audit_public_keys()[0].hex() == done.public_key != before.hex()
    assert vaults[0].keys.audit_public_keys()[1] == before


def test_the_old_machine_stops_as_soon_as_it_looks(copying: Copying, home: Path) -> None:
    copying.hourly()
    back(copying, home)

    copying.copies.look_for_others()

    with copying.vault.look() as tx:
        assert barred(tx) == "superseded"
    assert copying.alerts() == ["superseded"]
    copying.copies.look_for_others()
    assert copying.alerts() == ["superseded"]


def test_nothing_is_brought_back_over_a_desk(copying: Copying, home: Path) -> None:
    copying.hourly()
    (home / DESK).mkdir(parents=True)

    with pytest.raises(ExistsError):
        back(copying, home)

    assert [path.name for path in home.iterdir()] == [DESK]


def test_a_wrong_sheet_a_mistyped_one_and_an_empty_place_are_told_apart(copying: Copying, home: Path) -> None:
    copying.hourly()
    empty = copying.folder.with_name("empty")
    empty.mkdir()

    with pytest.raises(WrongKeyError):
        restore_desk(copying.place, home, spelled(new_identity()), clock=copying.clock)
    with pytest.raises(RecoveryCodeError):
        restore_desk(copying.place, home, mistyped(spelled(copying.sheet)), clock=copying.clock)
    with pytest.raises(NoCopyError):
        restore_desk(type(copying.place)(empty), home, spelled(copying.sheet), clock=copying.clock)

    assert not home.exists() or list(home.iterdir()) == []


def test_a_damaged_newest_set_is_passed_over_and_told(copying: Copying, home: Path) -> None:
    copying.text()
    copying.hourly()
    copying.clock.advance(HOUR)
    copying.text("+15125550124")
    copying.hourly()
    newest = max(copying.folder.rglob("sets/*"))
    newest.write_bytes(newest.read_bytes()[:-1])

    done = back(copying, home)

    assert len(done.passed_over) == 1
    assert done.report.counts.messages_in == 1


@pytest.mark.parametrize("harm", ["flip", "gone"])
def test_where_the_newest_copy_of_the_person_keys_is_lost_the_set_before_it_comes_back(
    copying: Copying, home: Path, harm: str
) -> None:
    for number in range(3):
        copying.text(f"+1512555010{number}")
        copying.hourly()
        copying.clock.advance(HOUR)
    newest = max(copying.folder.rglob("persons/*"))
    flip(newest)
    if harm == "gone":
        newest.unlink()
    assert copying.copies.drilling.at(copying.place, actor="owner").code

    done = back(copying, home)

    assert done.report.ok
    assert done.report.counts.messages_in == 2
    assert len(done.passed_over) == 1
    assert "person keys" in done.passed_over[0]


@pytest.mark.parametrize("kind", ["sets", "pieces", "keys", "persons"])
@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "gone", "another"])
def test_damage_to_everything_of_a_kind_is_named_and_leaves_no_half_desk(
    copying: Copying, home: Path, kind: str, harm: str
) -> None:
    copying.text()
    copying.hourly()
    files = [path for path in copying.folder.rglob(f"{kind}/*") if path.is_file()]
    assert files
    for path in files:
        harmed(path, harm)

    with pytest.raises((DamagedError, WrongKeyError)):
        back(copying, home)

    assert list(home.iterdir()) == []


def harmed(path: Path, harm: str) -> None:
    raw = path.read_bytes()
    match harm:
        case "flip":
            path.write_bytes(raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 4]) + raw[len(raw) // 2 + 1 :])
        case "cut":
            path.write_bytes(raw[: len(raw) // 2])
        case "empty":
            path.write_bytes(b"")
        case "gone":
            path.unlink()
        case "another":
            path.write_bytes(raw[::-1])


def test_sets_put_in_the_place_of_one_another_are_not_taken(copying: Copying, home: Path) -> None:
    copying.text()
    copying.hourly()
    copying.clock.advance(HOUR)
    copying.text("+15125550124")
    copying.hourly()
    old, new = sorted(copying.folder.rglob("sets/*"))
    new.write_bytes(old.read_bytes())

    done = back(copying, home)

    assert len(done.passed_over) == 1
    assert "another set under its name" in done.passed_over[0]


def test_whoever_was_erased_after_the_backup_stays_erased(copying: Copying, home: Path, vaults: list[Vault]) -> None:
    from appliance.keeping.erasing import apply_tombstones
    from storage.erasures import Destroyed

    copying.text("+15125550121")
    copying.text("+15125550122")
    copying.hourly()
    copying.clock.advance(HOUR)
    with copying.vault.look() as tx:
        person = tx.people.find(copying.vault.number_index("+15125550121"))
    assert person is not None
    copying.vault.person_keys.destroy({person.id}, at=copying.clock.now())
    with copying.vault.transaction() as tx:
        at = copying.clock.now()
        erasure = tx.erasures.ask(person, by="owner", at=at, due=at, spool_through=0)
        tx.erasures.done(erasure.id, Destroyed(1, 0, 0, 0, stop_kept=False), leaf=0, at=at)
    copying.clock.advance(1)
    copying.copies.backing_up.persons_everywhere()

    done = back(copying, home)
    vaults.append(opened(home))

    assert done.erased_again == 1
    assert vaults[0].person_keys.tombstones().keys() == {person.id}
    assert apply_tombstones(vaults[0], copying.clock) == 0
    with vaults[0].look() as tx:
        assert tx.people.find(vaults[0].number_index("+15125550121")) is None


def test_the_spool_of_the_old_machine_is_taken_along(copying: Copying, home: Path) -> None:
    copying.hourly()
    spool = copying.vault.folder / "old-spool"
    spool.mkdir()
    (spool / f"{7:020d}.letters").write_bytes(b"sealed")

    assert back(copying, home, spool).letters == 1
    assert [path.name for path in (home / DESK / "spool").iterdir()] == [f"{7:020d}.letters"]


def test_after_a_restore_backups_go_on_at_the_same_place(copying: Copying, home: Path, vaults: list[Vault]) -> None:
    from appliance.copies.backing_up import BackingUp
    from appliance.copies.epochs import Epochs

    copying.text()
    copying.hourly()
    back(copying, home)
    vaults.append(opened(home))
    with vaults[0].transaction() as tx:
        a_message(tx, a_person(tx, vaults[0], number="+15125550177").id)
    copying.clock.advance(HOUR)

    backing_up = BackingUp(vaults[0], copying.clock, lambda: (copying.place,), Epochs(vaults[0], copying.clock))
    done = backing_up.at(copying.place, actor="owner")
    again = back(copying, home.with_name("third"))

    assert done.written.base
    assert again.epoch == 3
    assert again.report.counts.messages_in == 2


def test_a_drill_brings_it_back_and_puts_what_it_measured_on_record(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    copying.clock.advance(HOUR)
    drilling: Drilling = copying.copies.drilling

    drill = drilling.at(copying.place, actor="owner")

    assert (drill.code, drill.lost_ms, drill.messages) == ("", HOUR, 1)
    with copying.vault.look() as tx:
        assert tx.backups.drills() == (drill,)
        assert any(f'"action":"{Action.DRILLED.value}"'.encode() in body for body in tx.audit.bodies())
    assert not list((copying.vault.folder / "backups").glob("trial-*"))


def test_a_drill_that_fails_is_told_and_on_record(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    for piece in copying.folder.rglob("pieces/*"):
        piece.unlink()

    drill = copying.copies.drilling.at(copying.place, actor="owner")

    assert drill.code == "piece-missing"
    assert copying.alerts() == ["drill-failed"]
    assert not copying.copies.shown().drills[0].ok
    copying.copies.backing_up.everywhere(whole=True)
    assert copying.copies.drilling.at(copying.place, actor="owner").code == ""
    assert "drill-failed" not in copying.alerts()


def test_drills_come_each_quarter_by_themselves(copying: Copying) -> None:
    copying.hourly()
    ran: list[int] = []
    for _ in range(200):
        copying.clock.advance(24 * HOUR)
        if len(ran) % 50 == 0:
            copying.hourly()
        copying.copies.drilling.quarterly()
        with copying.vault.look() as tx:
            ran.append(len(tx.backups.drills()))

    assert ran[0] == 1
    assert ran[88] == 1
    assert ran[92] == 2
    assert ran[-1] == 3


def test_a_restore_that_was_killed_leaves_no_desk_and_the_next_one_goes_through(copying: Copying, home: Path) -> None:
    copying.text()
    copying.hourly()
    left = home / ".restoring-killed"
    left.mkdir(parents=True)
    (left / SETTINGS_FILE).write_text("[desk]")

    assert desks_in(home) == []
    assert back(copying, home).report.ok
    assert [path.name for path in home.iterdir()] == [DESK]
