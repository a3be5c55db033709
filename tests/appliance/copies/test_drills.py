"""Drills beside what else happens to the places: a backup that runs, a stick that is out."""

from pathlib import Path
from threading import Thread

import pytest

from storage.backups import Drill
from storage.copies.trial import throw_away
from storage.copies.writing import LOCAL_FOLDER
from storage.vault import Vault
from tests.appliance.copies.copying import DAY, Copying
from tests.damage import flip
from tests.standins.clock import FixedClock


@pytest.fixture
def copying(vault: Vault, clock: FixedClock, tmp_path: Path) -> Copying:
    return Copying(vault, clock, tmp_path / "stick")


def drills(copying: Copying) -> tuple[Drill, ...]:
    with copying.vault.look() as tx:
        return tx.backups.drills()


def test_a_drill_waits_for_a_backup_that_is_being_put_together(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    backing_up, done = copying.copies.backing_up, list[Drill]()
    drilling = Thread(target=lambda: done.append(copying.copies.drilling.at(copying.place, actor="owner")))

    with backing_up.alone(), throw_away(copying.vault.folder / LOCAL_FOLDER) as trial:
        drilling.start()
        drilling.join(0.5)
        assert not done
        assert trial.is_dir()
    drilling.join(30)

    assert [one.code for one in done] == [""]


@pytest.mark.parametrize("harm", ["flipped", "gone"])
def test_a_drill_notices_a_keyring_that_no_sheet_could_open(copying: Copying, harm: str) -> None:
    copying.text()
    copying.hourly()
    [keyring] = copying.folder.rglob("*.keys")
    flip(keyring)
    if harm == "gone":
        keyring.unlink()

    assert copying.copies.drilling.at(copying.place, actor="owner").code in {"damaged", "piece-missing"}
    # The next backup puts it there anew.
    copying.hourly()
    assert copying.copies.drilling.at(copying.place, actor="owner").code == ""


def test_a_stick_that_is_out_is_drilled_once_it_is_back_and_its_backup_is_not_blamed(copying: Copying) -> None:
    copying.text()
    copying.hourly()
    copying.clock.advance(2 * DAY)
    away = copying.folder.rename(copying.folder.with_name("away"))

    for _ in range(3):
        copying.copies.drilling.quarterly()
        copying.clock.advance(DAY)

    assert drills(copying) == ()
    assert copying.alerts() == []
    # Somebody who asks is told, and nothing is said against the backup.
    assert copying.copies.drilling.at(copying.place, actor="owner").code == "place-missing"
    assert "could not be tried" in copying.copies.shown().drills[0].sentence
    assert copying.alerts() == []
    away.rename(copying.folder)
    copying.clock.advance(DAY)
    copying.copies.drilling.quarterly()
    assert drills(copying)[0].code == ""
