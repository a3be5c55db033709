"""Rotation in the keyring: each state is one write, both copies lose what is taken away, the blind index goes on."""

import shutil
from pathlib import Path

import pytest

from storage.errors import LockedError, MissingError
from storage.keys import keyring, rotation
from storage.keys.copies import NAMES, read_copies
from storage.keys.keytable import KeyName, KeyState
from storage.keys.opened import OpenKeys
from tests.storage.keys.conftest import DESK, NOW, Made

LATER = NOW + 1000
AGES_LATER = LATER + rotation.KEPT_RETIRED_MS


def opened(made: Made) -> OpenKeys:
    return keyring.unlock_by_identity(made.folder, made.sheet.identity, desk=DESK)


def rotated(made: Made, *, destroy: bool = False) -> OpenKeys:
    keys = rotation.prepare(made.folder, opened(made), now=LATER)
    return rotation.finish(made.folder, keys, destroy=destroy, now=LATER)


def states(keys: OpenKeys, name: KeyName) -> list[tuple[int, KeyState]]:
    return sorted((key.generation, key.state) for key in keys.table if key.name is name)


def test_a_successor_of_every_key_is_pending_in_both_copies(made: Made) -> None:
    keys = rotation.prepare(made.folder, opened(made), now=LATER)

    assert {key.name for key in keys.pending} == set(KeyName)
    assert {key.generation for key in keys.pending} == {2}
    for copy in read_copies(made.folder):
        assert copy.ring is not None
        assert sum(key.state is KeyState.PENDING for key in copy.ring.keys) == len(KeyName)


def test_a_rotation_that_was_cut_off_goes_on_with_its_keys(made: Made) -> None:
    first = rotation.prepare(made.folder, opened(made), now=LATER)

    again = rotation.prepare(made.folder, opened(made), now=LATER + 1)

    assert {key.id for key in again.pending} == {key.id for key in first.pending}


def test_turned_keys_are_those_that_will_be_in_force(made: Made) -> None:
    keys = rotation.prepare(made.folder, opened(made), now=LATER)

    turned = keys.turned()

    assert {turned.key(name).id for name in KeyName} == {key.id for key in keys.pending}
    assert not turned.pending
    assert opened(made).turned().key(KeyName.DB).generation == 2


def test_the_end_of_a_routine_keeps_what_opens_old_backups(made: Made) -> None:
    before = opened(made)

    keys = rotated(made)

    assert states(keys, KeyName.DB) == [(1, KeyState.RETIRED), (2, KeyState.ACTIVE)]
    assert states(keys, KeyName.PKEK) == [(1, KeyState.RETIRED), (2, KeyState.ACTIVE)]
    assert states(keys, KeyName.AUDIT) == [(2, KeyState.ACTIVE)]
    assert states(keys, KeyName.SEARCH) == [(2, KeyState.ACTIVE)]
    assert keys.root != before.root
    assert keys.ring.root.generation == 2
    assert before.signer().public_key in keys.audit_public_keys()


def test_after_a_leak_only_what_is_still_needed_stays(made: Made) -> None:
    keys = rotated(made, destroy=True)

    retired = {key.name for key in keys.table if key.state is KeyState.RETIRED}
    assert retired == {KeyName.PSEUDO, KeyName.INTAKE}


def test_no_copy_opens_with_the_old_root(made: Made, tmp_path: Path) -> None:
    old = opened(made)

    keys = rotated(made)

    for copy in read_copies(made.folder):
        assert copy.ring is not None
        assert copy.ring.root.generation == 2
        assert old.ring.root.age not in (copy.raw or b"")
    assert keys.root != old.root


def test_retired_keys_go_when_no_backup_is_so_old(made: Made) -> None:
    keys = rotated(made)

    assert rotation.due_to_go(keys, now=AGES_LATER - 1, letters_wait=True) == ()
    gone = rotation.due_to_go(keys, now=AGES_LATER, letters_wait=True)
    keys = rotation.destroy(made.folder, keys, gone, now=AGES_LATER)

    assert {key.name for key in keys.table if key.state is KeyState.RETIRED} == {KeyName.PSEUDO, KeyName.INTAKE}
    (intake,) = rotation.due_to_go(keys, now=AGES_LATER, letters_wait=False)
    assert intake.name is KeyName.INTAKE


def test_a_copy_that_still_has_what_was_taken_away_is_written_anew(made: Made) -> None:
    rotated(made)
    newest = opened(made)
    # The write of the second copy was cut off: it is as it was before.
    older = next(name for name in NAMES if name != newest.copy)
    with_old_root = made.folder.parent / "before"
    shutil.copytree(made.folder, with_old_root)
    keys = rotation.finish(
        made.folder, rotation.prepare(made.folder, opened(made), now=LATER), destroy=False, now=LATER
    )
    older = next(name for name in NAMES if name != keys.copy)
    shutil.copy(with_old_root / older, made.folder / older)
    left = made.folder / f"{older}.0123abcd.new"
    left.write_bytes(b"half")

    settled = rotation.settle(made.folder, opened(made), now=LATER)

    assert not left.exists()
    for copy in read_copies(made.folder):
        assert copy.ring is not None
        assert copy.ring.root.generation == 3
    assert settled.ring.root.generation == 3


def test_where_both_copies_agree_nothing_is_written(made: Made) -> None:
    before = [copy.raw for copy in read_copies(made.folder)]

    rotation.settle(made.folder, opened(made), now=LATER)

    assert [copy.raw for copy in read_copies(made.folder)] == before


def test_an_index_is_carried_on_without_what_it_stands_for(made: Made) -> None:
    before = opened(made)
    index = before.blind_index("number", "+15125550100")
    first = before.key(KeyName.PSEUDO).id

    once = rotated(made)
    twice = rotated(made)

    assert once.next_index(index, since=first) == once.blind_index("number", "+15125550100") != index
    assert twice.next_index(index, since=first) == twice.blind_index("number", "+15125550100")
    assert twice.next_index(index, since=twice.key(KeyName.PSEUDO).id) == index


def test_an_index_of_an_unknown_key_is_not_carried_on(made: Made) -> None:
    with pytest.raises(MissingError):
        opened(made).next_index("0" * 64, since="0" * 32)


def test_wiped_keys_index_nothing(made: Made) -> None:
    keys = rotated(made)
    keys.close()

    with pytest.raises(LockedError):
        keys.blind_index("number", "+15125550100")
