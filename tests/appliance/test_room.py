"""When the disk is full the reserve goes first, it is told, and it comes back when there is room."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.room import CODE, ENOUGH, LOW, Room
from storage.errors import DiskFullError
from storage.reserve import Reserve
from storage.vault import Vault
from tests.standins.clock import FixedClock


@dataclass(frozen=True, slots=True)
class Disk(Reserve):
    """A reserve on a disk whose room the test says."""

    def free_bytes(self) -> int:
        return int((self.folder / "free").read_text())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "free").write_text(str(10 * ENOUGH))
    return folder


def a_room(vault: Vault, clock: FixedClock, folder: Path, *, full: bool = False) -> Room:
    return Room(vault, clock, Disk(folder, size=100_000), lambda: full, (folder / "tried-again").touch)


def free(folder: Path, count: int) -> None:
    (folder / "free").write_text(str(count))


def alerts(vault: Vault) -> list[str]:
    with vault.look() as tx:
        return [alert.code for alert in tx.alerts.unseen()]


def test_it_is_kept_from_the_first_look_on(vault: Vault, clock: FixedClock, folder: Path) -> None:
    room = a_room(vault, clock, folder)

    room.keep()

    assert room.reserve.is_held()
    assert room.trouble() == ()
    assert alerts(vault) == []


def test_what_failed_is_tried_again_once_there_is_room(vault: Vault, clock: FixedClock, folder: Path) -> None:
    room = a_room(vault, clock, folder)
    room.keep()
    (folder / "tried-again").unlink()
    free(folder, LOW - 1)
    room.keep()
    assert not (folder / "tried-again").exists()

    free(folder, ENOUGH)
    room.keep()

    assert (folder / "tried-again").exists()


def test_it_goes_when_room_ends_and_comes_back_with_it(vault: Vault, clock: FixedClock, folder: Path) -> None:
    room = a_room(vault, clock, folder)
    room.keep()

    free(folder, LOW - 1)
    room.keep()
    room.keep()
    assert not room.reserve.is_held()
    assert room.trouble() == (CODE,)
    assert alerts(vault) == [CODE]

    free(folder, ENOUGH - 1)
    room.keep()
    assert not room.reserve.is_held()

    free(folder, ENOUGH)
    room.keep()
    assert room.reserve.is_held()
    assert room.trouble() == ()
    assert alerts(vault) == []


def test_it_goes_too_when_a_write_failed_though_the_disk_says_otherwise(
    vault: Vault, clock: FixedClock, folder: Path
) -> None:
    a_room(vault, clock, folder).keep()

    room = a_room(vault, clock, folder, full=True)
    room.keep()

    assert not room.reserve.is_held()
    assert alerts(vault) == [CODE]


def test_what_could_not_be_told_is_told_at_the_next_look(
    vault: Vault, clock: FixedClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_room(vault, clock, folder)
    room.keep()
    free(folder, 0)

    def fails(*_: object) -> None:
        raise DiskFullError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "reading", fails)
        with pytest.raises(DiskFullError):
            room.keep()
    assert not room.reserve.is_held()

    room.keep()
    assert alerts(vault) == [CODE]


def test_the_last_transactions_have_room(vault: Vault, clock: FixedClock, folder: Path) -> None:
    room = a_room(vault, clock, folder)
    room.keep()
    room.before_closing()
    assert room.reserve.is_held()

    free(folder, 0)
    room.before_closing()
    assert not room.reserve.is_held()
