"""The vault: opened with its own keys only, never made twice, one transaction for all nouns."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.audit.leaf import Action
from storage.errors import DamagedError, ExistsError, ForeignDataError, KeysApartError, MissingError
from storage.jobs import JobKind
from storage.plaintext import Plaintext
from storage.vault import DESK_FILE, PERSONS_FILE, Vault
from tests import desks
from tests.at_once import at_once

FILES = (DESK_FILE, PERSONS_FILE)


def test_what_was_stored_is_there_when_the_desk_opens_again(tmp_path: Path) -> None:
    with desks.a_vault(tmp_path) as vault, vault.transaction() as tx:
        message = desks.a_message(tx, desks.a_person(tx, vault).id)

    with desks.opened(tmp_path) as vault, vault.look() as tx:
        assert tx.messages.get(message.id) == message


@pytest.mark.parametrize("name", FILES)
def test_a_desk_is_never_made_beside_a_data_file(tmp_path: Path, name: str) -> None:
    folder = desks.a_folder(tmp_path)
    keys = desks.keys_of(folder)
    for other in FILES:
        if other != name:
            (folder / other).unlink()
    before = (folder / name).read_bytes()

    with pytest.raises(ExistsError):
        Vault(folder, keys, create=True)

    assert (folder / name).read_bytes() == before
    assert len([one for one in FILES if (folder / one).exists()]) == 1


def _gone(path: Path) -> None:
    path.unlink()


def _emptied(path: Path) -> None:
    os.truncate(path, 0)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _foreign(path: Path) -> None:
    other = desks.a_folder(path.parent / "other", desk="corner-pets")
    path.write_bytes((other / path.name).read_bytes())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("harm", "error"), [(_gone, MissingError), (_emptied, DamagedError), (_foreign, ForeignDataError)]
)
def test_a_harmed_file_is_named_and_left_as_it_is(
    tmp_path: Path, name: str, harm: Callable[[Path], None], error: type[Exception]
) -> None:
    path = desks.a_folder(tmp_path) / name
    harm(path)
    before = path.read_bytes() if path.exists() else None

    with pytest.raises(error, match=name.replace(".", r"\.")) as caught:
        Vault(tmp_path, desks.keys_of(tmp_path))

    assert caught.value.remedy  # type: ignore[attr-defined]
    assert (path.read_bytes() if path.exists() else None) == before


def test_where_neither_file_opens_the_keyring_is_the_likelier_one(tmp_path: Path) -> None:
    desks.a_folder(tmp_path)
    other = desks.a_folder(tmp_path / "other", desk="corner-pets")
    for name in FILES:
        (tmp_path / name).write_bytes((other / name).read_bytes())

    with pytest.raises(KeysApartError, match="neither data file") as caught:
        Vault(tmp_path, desks.keys_of(tmp_path))

    assert "keyring.a and keyring.b" in caught.value.remedy


def test_all_nouns_commit_together_or_not_at_all(store: Vault) -> None:
    def act() -> None:
        with store.transaction() as tx:
            message = desks.a_message(tx, desks.a_person(tx, store).id)
            tx.jobs.add(JobKind.ANSWER, message.id, due=desks.NOW, at=desks.NOW)
            tx.audit.append(Action.RECEIVED, message.id, actor="intake", at=desks.NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    with store.look() as tx:
        assert (tx.messages.count(), tx.people.count(), tx.jobs.count(), tx.audit.count()) == (0, 0, 0, 0)


def test_eight_threads_store_at_once_and_the_log_has_no_gap(store: Vault) -> None:
    def store_some(number: int) -> None:
        for _ in range(10):
            with store.transaction() as tx:
                message = desks.a_message(tx, desks.a_person(tx, store, number=f"+1512555012{number}").id)
                tx.audit.append(Action.RECEIVED, message.id, actor="intake", at=desks.NOW)

    assert at_once(8, store_some) == [None] * 8

    with store.look() as tx:
        assert (tx.messages.count(), tx.people.count()) == (80, 8)
        assert tx.audit.check(*store.keys.audit_public_keys()).leaves == 80


def test_changes_tell_pages_to_look_again_and_reading_does_not(vault: Vault) -> None:
    before = vault.changes
    with vault.reading():
        pass
    with vault.look():
        pass
    assert vault.changes == before

    def change(_: int) -> None:
        with vault.transaction():
            pass

    at_once(16, change)

    assert vault.changes == before + 16


def test_two_desks_share_no_index_and_no_digest(tmp_path: Path) -> None:
    with (
        desks.a_vault(tmp_path / "one") as one,
        desks.a_vault(tmp_path / "two", desk="corner-pets") as two,
    ):
        assert one.number_index(desks.NUMBER) != two.number_index(desks.NUMBER)
        assert one.digest(Plaintext("hello")) != two.digest(Plaintext("hello"))
        assert one.digest(Plaintext("hello")) == one.digest(Plaintext("hello"))


def test_closing_lets_go_of_every_file_and_leaves_no_log_behind(tmp_path: Path) -> None:
    with desks.a_vault(tmp_path) as vault, vault.transaction() as tx:
        desks.a_message(tx, desks.a_person(tx, vault).id)

    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(("-wal", "-shm"))] == []
