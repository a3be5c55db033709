"""Before a release changes the files of a desk, they are kept as they are, and they can be put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
import sqlcipher3

from storage import upgrading
from storage.datafiles import DESK, PERSONS
from storage.errors import DamagedError, DiskFullError
from storage.heal import LOST_MARK
from storage.migrations.run import HEADS, Schema
from storage.rotation.files import opens
from storage.upgrading import FOLDER, NothingKeptError, drop, kept, put_back
from storage.vault import Vault
from tests import desks
from tests.faults.migrating import one_step_more

STEP = HEADS[Schema.DESK]
COPIES = [f"desk.db.{STEP}", f"persons.db.{HEADS[Schema.PERSONS]}"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk to which somebody wrote."""
    folder = desks.a_folder(tmp_path / desks.DESK)
    _write(folder, "before")
    return folder


@pytest.fixture
def upgraded(folder: Path) -> Path:
    """The same desk, opened by the next release, to which somebody wrote again."""
    with one_step_more():
        _write(folder, "after")
    return folder


def _write(folder: Path, body: str) -> None:
    with desks.opened(folder) as vault, vault.transaction() as tx:
        desks.a_message(tx, desks.a_person(tx, vault, number=f"+151255501{len(body):02}").id, body)


def _count(vault: Vault) -> int:
    with vault.look() as tx:
        return tx.messages.count()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER).iterdir())


def test_the_files_are_kept_as_sealed_as_they_are_and_for_this_account_only(upgraded: Path) -> None:
    keys = desks.keys_of(upgraded)

    assert _names(upgraded) == COPIES
    assert [(one.file, one.step) for one in kept(upgraded)] == [(DESK, STEP), (PERSONS, HEADS[Schema.PERSONS])]
    for one in kept(upgraded):
        assert one.path.stat().st_mode & 0o777 == 0o600
        assert opens(one.path, keys.key(one.file.key).secret.reveal())
        assert b"SQLite format" not in one.path.read_bytes()[:16]


def test_a_desk_that_is_up_to_date_or_new_keeps_nothing(folder: Path) -> None:
    _write(folder, "again")

    assert kept(folder) == ()
    assert not (folder / FOLDER).exists()


def test_a_release_that_changes_only_the_desk_keeps_no_person_keys(folder: Path) -> None:
    with one_step_more(Schema.DESK):
        _write(folder, "after")

    assert _names(folder) == COPIES[:1]


def test_a_release_that_changes_only_the_person_keys_keeps_the_words_that_go_with_them(folder: Path) -> None:
    with one_step_more(Schema.PERSONS):
        _write(folder, "after")

    assert _names(folder) == COPIES


def test_the_files_of_before_are_put_back_and_the_release_of_before_opens_them(upgraded: Path) -> None:
    with pytest.raises(DamagedError, match="newer release"), desks.opened(upgraded):
        pass

    put_back(upgraded, desks.keys_of(upgraded))

    assert (upgraded / LOST_MARK).exists()
    assert not (upgraded / FOLDER).exists()
    with desks.opened(upgraded) as vault:
        assert _count(vault) == 1
    with one_step_more(), desks.opened(upgraded) as vault:
        assert _count(vault) == 1
    assert _names(upgraded) == COPIES


def test_where_nothing_is_kept_nothing_is_put_back(folder: Path) -> None:
    with pytest.raises(NothingKeptError):
        put_back(folder, desks.keys_of(folder))


def test_a_copy_that_is_damaged_is_not_put_back(upgraded: Path) -> None:
    path = kept(upgraded)[0].path
    path.write_bytes(path.read_bytes()[:-2000] + bytes(2000))

    with pytest.raises(DamagedError):
        put_back(upgraded, desks.keys_of(upgraded))

    with one_step_more(), desks.opened(upgraded) as vault:
        assert _count(vault) == 2


class Cut(BaseException):
    """Power is lost."""


@contextmanager
def _cut_at(name: str, turn: int) -> Iterator[None]:
    """That function of upgrading.py is reached for the `turn`th time, and no further."""
    real, calls = getattr(upgrading, name), iter(range(100))

    def once(*about: object, **more: object) -> object:
        if next(calls) == turn:
            raise Cut
        return real(*about, **more)

    with mock.patch.object(upgrading, name, once):
        yield


@pytest.mark.parametrize(
    ("name", "turn"), [("copy_under", 0), ("copy_under", 1), ("make_last", 0), ("upgrade", 0), ("upgrade", 1)]
)
def test_an_upgrade_that_is_cut_off_goes_on_and_what_is_kept_is_from_before_it(
    folder: Path, name: str, turn: int
) -> None:
    with one_step_more():
        with pytest.raises(Cut), _cut_at(name, turn):
            _write(folder, "cut")
        _write(folder, "after")

    assert _names(folder) == COPIES
    put_back(folder, desks.keys_of(folder))
    with desks.opened(folder) as vault:
        assert _count(vault) == 1


@pytest.mark.parametrize("turn", [0, 1])
def test_going_back_that_is_cut_off_is_done_by_going_back_again(upgraded: Path, turn: int) -> None:
    with pytest.raises(Cut), _cut_at("replace", turn):
        put_back(upgraded, desks.keys_of(upgraded))

    put_back(upgraded, desks.keys_of(upgraded))

    with desks.opened(upgraded) as vault:
        assert _count(vault) == 1


def test_a_disk_without_room_for_the_copies_changes_nothing(folder: Path) -> None:
    full = sqlcipher3.dbapi2.OperationalError("database or disk is full")
    full.sqlite_errorcode = 13
    with one_step_more(), mock.patch.object(upgrading, "copy_under", side_effect=full), pytest.raises(DiskFullError):
        _write(folder, "after")

    with desks.opened(folder) as vault:
        assert _count(vault) == 1
    assert not list(folder.glob(f"{FOLDER}*"))


def test_what_is_kept_goes_all_at_once_and_once(upgraded: Path) -> None:
    assert drop(upgraded)
    assert not drop(upgraded)
    assert not list(upgraded.glob(f"{FOLDER}*"))
