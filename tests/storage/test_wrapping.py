"""Wrapping anew: after an erasure no older copy of the person keys opens with the keyring of today."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import open_database
from storage.errors import SealError
from storage.keys import rotation
from storage.keys.keytable import KeyName, KeyState
from storage.person_keys import PersonKeys
from storage.rotation.wrapping import wrap_anew
from storage.sample import sealed_values
from storage.vault import PERSONS_FILE, Vault
from tests import desks

AT = desks.NOW + 5


@pytest.fixture
def people(vault: Vault) -> list[str]:
    with vault.transaction() as tx:
        return [desks.a_person(tx, vault, number=f"+151255501{n:02}").id for n in range(3)]


def older_copy(vault: Vault, into: Path) -> Path:
    vault.empty_logs()
    return Path(shutil.copy(vault.folder / PERSONS_FILE, into / "older.db"))


def keyrings(vault: Vault) -> set[bytes]:
    return {(vault.folder / name).read_bytes() for name in ("keyring.a", "keyring.b")}


def test_an_older_copy_opens_with_no_key_of_today_and_todays_with_all(
    vault: Vault, people: list[str], tmp_path: Path
) -> None:
    older = older_copy(vault, tmp_path)
    before = vault.keys.key(KeyName.PKEK)
    secret = vault.person_keys.get(people[1]).secret.reveal()
    vault.person_keys.destroy([people[0]], at=AT)

    assert wrap_anew(vault, now=AT) == 2

    assert vault.keys.key(KeyName.PKEK).generation == before.generation + 1
    assert [key.id for key in vault.keys.table if key.name is KeyName.PKEK] == [vault.keys.key(KeyName.PKEK).id]
    engine = open_database(older, vault.keys.key(KeyName.PDB).secret.reveal())
    pkeks = [key for key in vault.keys.table if key.name is KeyName.PKEK]
    with pytest.raises(SealError):
        PersonKeys(engine, kek=pkeks[0], others=pkeks).get(people[0])
    engine.dispose()
    with vault.transaction() as tx:
        newcomer = desks.a_person(tx, vault, number="+15125550177")
    with desks.opened(vault.folder) as again:
        assert again.person_keys.get(people[1]).secret.reveal() == secret
        assert again.person_keys.get(newcomer.id).id == vault.person_keys.get(newcomer.id).id
        for sealed in sealed_values(again, full=True):
            again.prove(sealed)


def test_again_and_again_and_with_nobody_left(vault: Vault, people: list[str]) -> None:
    assert [wrap_anew(vault, now=AT + n) for n in range(3)] == [3, 3, 3]

    vault.person_keys.destroy(people, at=AT)
    assert wrap_anew(vault, now=AT + 9) == 0


class _Cut(Exception):
    pass


def cuts(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stops it before its first write of the keyring, before that of the person keys, and before its last."""

    def cut(*_: object, **__: object) -> None:
        raise _Cut

    for place in ("storage.rotation.wrapping.write_next", vault.person_keys, "storage.rotation.wrapping.write_next"):
        with monkeypatch.context() as patched:
            if isinstance(place, str):
                patched.setattr(place, cut)
            else:
                patched.setattr(place, "wrap_anew", cut)
            yield


def test_cut_off_anywhere_everything_opens_and_the_next_time_finishes(
    vault: Vault, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in cuts(vault, monkeypatch):
        with pytest.raises(_Cut):
            wrap_anew(vault, now=AT)
        with desks.opened(vault.folder) as again:
            assert [again.person_keys.get(one).id for one in people]
    with desks.opened(vault.folder) as again:
        with again.transaction() as tx:
            made = desks.a_person(tx, again, number="+15125550177").id

        assert wrap_anew(again, now=AT) == 4

        pkeks = [key for key in again.keys.table if key.name is KeyName.PKEK]
        assert [(key.generation, key.state) for key in pkeks] == [(2, KeyState.ACTIVE)]
    with desks.opened(vault.folder) as again:
        assert [again.person_keys.get(one).id for one in (*people, made)]


def test_while_a_rotation_is_under_way_it_is_left_to_that(vault: Vault, people: list[str]) -> None:
    vault.take_keys(rotation.prepare(vault.folder, vault.keys, now=AT))
    before = keyrings(vault)

    assert wrap_anew(vault, now=AT) is None

    assert keyrings(vault) == before
    assert vault.person_keys.get(people[0]).secret.reveal()
