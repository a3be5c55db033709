"""A damaged write-ahead log: the newer whole state is gone on from, nothing is mixed, and what cannot be is said."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.opening.store import open_vault
from storage.audit.leaf import Action
from storage.database import fold_log
from storage.errors import DamagedError
from storage.heal import LOST_MARK, heal_logs
from storage.integrity import faults_in
from storage.keys.secret import SecretBytes
from storage.vault import Vault
from storage.wal import wal_fault
from tests import desks

FRAME = 24 + 4096
Harm = Callable[[Path], None]


def a_leaf(vault: Vault, body: str = "Are you open?") -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)
        message = desks.a_message(tx, person.id, body)
        tx.audit.append(Action.RECEIVED, message.id, actor="desk", at=desks.NOW)


@contextmanager
def killed(tmp_path: Path, *, earlier: int = 0, folded: int = 0, more: int = 6) -> Iterator[Path]:
    """The files of a desk whose core was killed: some changes are in the main file as well as in the log."""
    with desks.a_vault(tmp_path / "running" / desks.DESK) as vault:
        for _ in range(earlier):
            a_leaf(vault)
    with desks.opened(tmp_path / "running" / desks.DESK) as vault:
        for _ in range(folded):
            a_leaf(vault)
        if folded:
            fold_log(dict(vault.engines())["desk.db"])
        for _ in range(more):
            a_leaf(vault)
        yield Path(shutil.copytree(vault.folder, tmp_path / desks.DESK))


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def early_in_the_log(folder: Path) -> None:
    flip(folder / "desk.db-wal", 32 + 3 * FRAME + 100)


def late_in_the_log(folder: Path) -> None:
    # Two thirds on: damage to the last change alone looks like one that was never finished.
    flip(folder / "desk.db-wal", (folder / "desk.db-wal").stat().st_size * 2 // 3)


def head_of_the_log(folder: Path) -> None:
    flip(folder / "desk.db-wal", 9)


def leaves_in(folder: Path) -> int:
    """How many leaves there are, the whole log verified."""
    with desks.opened(folder) as vault, vault.look() as tx:
        return tx.audit.check(*vault.keys.audit_public_keys()).leaves


def heal(folder: Path) -> tuple[str, ...]:
    keys = desks.keys_of(folder)
    try:
        return heal_logs(folder, keys)
    finally:
        keys.close()


@pytest.mark.parametrize("harm", [early_in_the_log, late_in_the_log, head_of_the_log])
@pytest.mark.parametrize(("folded", "more"), [(0, 6), (6, 0), (4, 4)])
def test_the_newer_state_that_is_whole_is_gone_on_from(tmp_path: Path, harm: Harm, folded: int, more: int) -> None:
    with killed(tmp_path, folded=folded, more=more) as folder:
        harm(folder)

        (fault,) = heal(folder)

        assert "desk.db-wal" in fault
        assert folded <= leaves_in(folder) <= folded + more
        assert (folder / LOST_MARK).exists()
        assert not wal_fault(folder / "desk.db")
        assert not list(folder.glob("heal-*"))


def test_what_stands_in_the_log_before_the_damage_is_kept(tmp_path: Path) -> None:
    with killed(tmp_path, more=8) as folder:
        late_in_the_log(folder)

        heal(folder)

        assert 3 <= leaves_in(folder) < 8


def test_the_library_alone_would_mix_old_pages_with_new_ones(tmp_path: Path) -> None:
    """Why this is not left to it: all of it is in the main file, and a part of the log lies over it."""
    with killed(tmp_path, earlier=60, folded=30, more=0) as folder:
        flip(folder / "desk.db-wal", (folder / "desk.db-wal").stat().st_size // 3)
        untouched = Path(shutil.copytree(folder, tmp_path / "untouched" / desks.DESK))

        heal(folder)

        assert leaves_in(folder) == 90
        with desks.opened(untouched) as vault:
            assert any(faults_in(engine) for _, engine in vault.engines())


def test_a_whole_log_is_left_alone(tmp_path: Path) -> None:
    with killed(tmp_path) as folder:
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

        assert heal(folder) == ()
        assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_what_a_power_cut_left_of_an_earlier_mending_is_cleared_away(tmp_path: Path) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    (folder / "heal-abc" / "a").mkdir(parents=True)

    heal(folder)

    assert not (folder / "heal-abc").exists()


def test_where_nothing_whole_is_left_nothing_is_changed(tmp_path: Path) -> None:
    with killed(tmp_path, folded=3) as folder:
        early_in_the_log(folder)
        flip(folder / "desk.db", 5 * 4096 + 99)
        before = (folder / "desk.db").read_bytes(), (folder / "desk.db-wal").read_bytes()

        with pytest.raises(DamagedError, match="not whole without it") as refused:
            heal(folder)

        assert "backup" in refused.value.remedy
        assert before == ((folder / "desk.db").read_bytes(), (folder / "desk.db-wal").read_bytes())
        assert not (folder / LOST_MARK).exists()


def test_no_damage_to_the_log_of_the_person_keys_takes_a_key(tmp_path: Path) -> None:
    with desks.a_vault(tmp_path / "running" / desks.DESK) as vault:
        with vault.transaction() as tx:
            people = [desks.a_person(tx, vault, number=f"+1512555{100 + n:04}").id for n in range(5)]
        folder = Path(shutil.copytree(vault.folder, tmp_path / desks.DESK))
    data = (folder / "persons.db-wal").read_bytes()
    assert data
    for at in range(0, len(data), 1500):
        flip(folder / "persons.db-wal", at)
        heal(folder)
        with desks.opened(folder) as vault:
            assert all(vault.person_keys.get(person).secret for person in people)
        (folder / "persons.db-wal").write_bytes(data)


def test_a_command_leaves_a_damaged_log_to_the_core(tmp_path: Path) -> None:
    """Opening the files would lay what is left of the log over them for good."""
    with killed(tmp_path) as folder:
        late_in_the_log(folder)
        before = (folder / "desk.db").read_bytes(), (folder / "desk.db-wal").read_bytes()

        with pytest.raises(DamagedError, match="is damaged"):
            open_vault(folder, SecretBytes(desks.PASSPHRASE.encode()))

        assert before == ((folder / "desk.db").read_bytes(), (folder / "desk.db-wal").read_bytes())
