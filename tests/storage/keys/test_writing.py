import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import KeyringChangedError, KeyringDamagedError, PassphraseError, StorageError, WrongKeyError
from storage.keys import agekeys, copies, keyring, ringfile
from storage.keys.adding import add_passphrase, add_recovery
from storage.keys.keytable import KeyName, KeyState, new_key, wrap_key
from storage.keys.opened import OpenKeys
from storage.keys.reading import open_by_root
from storage.keys.secret import SecretBytes
from storage.keys.slots import SlotKind, public_slot
from tests.storage.keys.conftest import DESK, NOW, PASSPHRASE, Made

LATER = NOW + 1000


def opened(made: Made) -> OpenKeys:
    return keyring.unlock(made.folder, recovery=made.typed)


def sequences(folder: Path) -> dict[str, int]:
    return {copy.name: copy.ring.sequence for copy in copies.read_copies(folder) if copy.ring is not None}


def test_the_copies_are_written_in_turn(made: Made) -> None:
    keys = opened(made)
    assert sequences(made.folder) == {"keyring.a": 1, "keyring.b": 2}

    keys = keyring.write_next(made.folder, keys, now=LATER)
    assert (sequences(made.folder), keys.copy) == ({"keyring.a": 3, "keyring.b": 2}, "keyring.a")

    keys = keyring.write_next(made.folder, keys, now=LATER)
    assert (sequences(made.folder), keys.copy) == ({"keyring.a": 3, "keyring.b": 4}, "keyring.b")
    assert (keys.ring.created, keys.ring.written) == (NOW, LATER)


def test_both_copies_are_replaced_where_something_is_taken_away(made: Made) -> None:
    keys = keyring.write_next(made.folder, opened(made), now=LATER, both=True)

    assert sequences(made.folder) == {"keyring.a": 3, "keyring.b": 4}
    assert keys.copy == "keyring.b"


def test_a_bad_copy_is_the_one_that_is_written_over(made: Made) -> None:
    (made.folder / "keyring.b").write_bytes(b"bad")
    keys = opened(made)

    keys = keyring.write_next(made.folder, keys, now=LATER)

    assert (keys.findings, sequences(made.folder)) == ((), {"keyring.a": 1, "keyring.b": 2})


def test_a_second_writer_is_refused_instead_of_losing_what_the_first_wrote(made: Made) -> None:
    first, second = opened(made), opened(made)
    keyring.write_next(made.folder, first, now=LATER)

    with pytest.raises(KeyringChangedError):
        keyring.write_next(made.folder, second, now=LATER)


def test_a_second_passphrase_opens_and_the_first_still_does(made: Made) -> None:
    keys = add_passphrase(
        made.folder, opened(made), SecretBytes(b"three geese in the chapel"), now=LATER, small_machine=True
    )

    for passphrase in (PASSPHRASE, b"three geese in the chapel"):
        again = keyring.unlock(made.folder, passphrase=SecretBytes(passphrase))
        assert again.all()[0].secret == keys.all()[0].secret
    assert [slot.kind for slot in keys.ring.slots] == [SlotKind.PASSPHRASE, SlotKind.RECOVERY, SlotKind.PASSPHRASE]
    assert keys.ring.root.generation == 1


def test_a_weak_second_passphrase_is_refused(made: Made) -> None:
    with pytest.raises(PassphraseError):
        add_passphrase(made.folder, opened(made), SecretBytes(b"short"), now=LATER)


def test_a_second_sheet_opens(made: Made) -> None:
    _, sheet = add_recovery(made.folder, opened(made), now=LATER)

    assert keyring.unlock(made.folder, recovery=sheet.text()).desk == DESK
    assert opened(made).desk == DESK


def test_there_is_room_for_the_slot_of_the_systems_keystore(made: Made) -> None:
    keys, identity = opened(made), agekeys.new_identity()

    keyring.write_next(
        made.folder, keys, now=LATER, slots=(*keys.ring.slots, public_slot(SlotKind.OS, identity, now=LATER))
    )

    assert keyring.unlock_by_identity(made.folder, identity).ring.slots[-1].kind is SlotKind.OS


def test_a_slot_that_is_taken_away_with_a_new_root_opens_neither_copy(made: Made) -> None:
    keys = opened(made)
    left = tuple(slot for slot in keys.ring.slots if slot.kind is SlotKind.RECOVERY)

    following = keyring.write_next(
        made.folder, keys, now=LATER, slots=left, root=SecretBytes(os.urandom(32)), both=True
    )

    assert (following.ring.root.generation, following.findings) == (2, ())
    for name in copies.NAMES:
        (made.folder / name).rename(made.folder / "aside")
        with pytest.raises(WrongKeyError):
            keyring.unlock(made.folder, passphrase=SecretBytes(PASSPHRASE))
        assert opened(made).key(KeyName.DB).secret == keys.key(KeyName.DB).secret
        (made.folder / "aside").rename(made.folder / name)


def test_an_older_copy_never_answers_to_a_passphrase_that_the_newer_one_refuses(made: Made) -> None:
    keys = opened(made)
    left = tuple(slot for slot in keys.ring.slots if slot.kind is SlotKind.RECOVERY)
    keyring.write_next(made.folder, keys, now=LATER, slots=left)

    with pytest.raises(WrongKeyError):
        keyring.unlock(made.folder, passphrase=SecretBytes(PASSPHRASE))


def test_a_key_goes_through_its_life_without_a_change_of_form(made: Made) -> None:
    keys = opened(made)
    old = keys.key(KeyName.INTAKE)

    # pending beside active
    new = new_key(KeyName.INTAKE, generation=2, state=KeyState.PENDING, now=LATER)
    keys = keyring.write_next(made.folder, keys, now=LATER, table=(*keys.table, new))
    assert keys.key(KeyName.INTAKE).id == old.id
    assert [str(one.to_public()) for one in keys.intake_identities()] == [
        agekeys.recipient_of(new.secret),
        agekeys.recipient_of(old.secret),
    ]

    # active, the old one retired
    changed = {old.id: KeyState.RETIRED, new.id: KeyState.ACTIVE}
    table = tuple(replace(key, state=changed.get(key.id, key.state), changed=LATER) for key in keys.table)
    keys = keyring.write_next(made.folder, keys, now=LATER, table=table)
    assert keys.key(KeyName.INTAKE).id == new.id
    assert keys.by_id(old.id).state is KeyState.RETIRED
    assert keyring.public_facts(made.folder).intake_recipient == keys.intake_recipient

    # destroyed: only its public half is left, in both files
    kept = tuple(key for key in keys.table if key.id != old.id)
    keys = keyring.write_next(made.folder, keys, now=LATER, table=kept, both=True)
    assert [key.id for key in keys.all() if key.name is KeyName.INTAKE] == [new.id]
    record = next(record for record in keys.ring.keys if record.id == old.id)
    assert (record.wrapped, record.state, record.changed) == (b"", KeyState.RETIRED, LATER)

    # and stays so
    keys = keyring.write_next(made.folder, keys, now=LATER + 5)
    assert next(record for record in keys.ring.keys if record.id == old.id) == record


def test_old_checkpoints_are_checked_with_the_public_half_of_a_destroyed_key(made: Made) -> None:
    keys = opened(made)
    old = keys.key(KeyName.AUDIT)
    new = new_key(KeyName.AUDIT, generation=2, state=KeyState.ACTIVE, now=LATER)

    table = (*(key for key in keys.table if key.id != old.id), new)
    keys = keyring.write_next(made.folder, keys, now=LATER, table=table, both=True)

    assert len(keys.audit_public_keys()) == 2
    assert keys.audit_public_keys()[0] == keys.signer().public_key
    assert {record.state for record in keys.ring.keys if record.id == old.id} == {KeyState.RETIRED}


def test_the_written_keys_live_on_when_the_old_ones_are_closed(made: Made) -> None:
    keys = opened(made)

    following = keyring.write_next(made.folder, keys, now=LATER)
    keys.close()

    assert following.key(KeyName.DB).secret.reveal()
    assert following.root.reveal()


def test_what_could_not_be_read_is_never_written(made: Made) -> None:
    keys = opened(made)
    before = [(made.folder / name).read_bytes() for name in copies.NAMES]
    wrong: list[Callable[[], object]] = [
        lambda: keyring.write_next(made.folder, keys, now=LATER, table=keys.table[1:]),
        lambda: keyring.write_next(made.folder, keys, now=LATER, table=(*keys.table, keys.table[0])),
        lambda: keyring.write_next(
            made.folder,
            keys,
            now=LATER,
            table=(*keys.table, replace(keys.table[0], id="ab" * 16, state=KeyState.PENDING)),
        ),
        lambda: keyring.write_next(
            made.folder,
            keys,
            now=LATER,
            slots=tuple(public_slot(SlotKind.OS, agekeys.new_identity(), now=NOW) for _ in range(9)),
        ),
        lambda: keyring.write_next(made.folder, keys, now=LATER, slots=keys.ring.slots * 2),
        lambda: keyring.write_next(
            made.folder, keys, now=LATER, slots=(replace(keys.ring.slots[0], kind=SlotKind.RECOVERY),)
        ),
    ]

    for attempt in wrong:
        with pytest.raises(KeyringDamagedError):
            attempt()
    assert [(made.folder / name).read_bytes() for name in copies.NAMES] == before


def test_a_write_that_fails_leaves_both_copies_and_no_litter(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = opened(made)
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="OSError 28"):
        keyring.write_next(made.folder, keys, now=LATER)

    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before


def test_the_file_is_synced_before_it_is_put_in_place_and_the_folder_after(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        happened.append("sync folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "sync file")  # noqa: PTH112
        real_sync(descriptor)

    def put(source: Path, target: Path) -> Path:
        happened.append(f"put {target.name}")
        return real_replace(source, target)

    keys = opened(made)
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", put)
    keyring.write_next(made.folder, keys, now=LATER, both=True)

    assert happened == ["sync file", "put keyring.a", "sync folder", "sync file", "put keyring.b", "sync folder"]


class KilledError(Exception):
    """Stands for the end of the process."""


def dying_after(syncs: int) -> Callable[[int], None]:
    left = iter(range(syncs))

    def sync(_: int) -> None:
        if next(left, None) is None:
            raise KilledError

    return sync


@pytest.mark.parametrize("syncs", range(4))
def test_killed_at_any_step_of_a_rotation_the_desk_opens(
    made: Made, monkeypatch: pytest.MonkeyPatch, syncs: int
) -> None:
    keys = opened(made)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", dying_after(syncs))
        with pytest.raises(KilledError):
            keyring.write_next(made.folder, keys, now=LATER, root=SecretBytes(os.urandom(32)), both=True)

    assert opened(made).key(KeyName.DB).secret == keys.key(KeyName.DB).secret


# --- what is written, seen by somebody who changes it -------------------------------------------------------------


def forged(raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A changed keyring whose checksum was made to fit by somebody who has no key."""
    kept = change(raw[: raw.rindex(b"sha256 ")])
    return kept + b"sha256 " + hashlib.sha256(kept).hexdigest().encode() + b"\n"


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a later sequence": lambda raw: raw.replace(b'"sequence":2', b'"sequence":9'),
    "a longer life": lambda raw: raw.replace(b'"created":1800000000000', b'"created":1900000000000', 1),
    "another HMAC": lambda raw: raw[:-10] + b"000000000\n",
    "another age file": lambda raw: raw.replace(b'"age":"YWdl', b'"age":"YWdm'),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_with_a_fitting_checksum_is_found_by_the_root_key(made: Made, change: str) -> None:
    path = made.folder / "keyring.b"
    path.write_bytes(forged(path.read_bytes(), CHANGES[change]))
    assert keyring.public_facts(made.folder).findings == ()

    keys = opened(made)

    assert keys.copy == "keyring.a"
    assert [finding.code for finding in keys.findings] == ["keyring-copy"]


def test_both_copies_changed_with_fitting_checksums_is_damage(made: Made) -> None:
    for name in copies.NAMES:
        path = made.folder / name
        path.write_bytes(forged(path.read_bytes(), CHANGES["a longer life"]))

    with pytest.raises(KeyringDamagedError, match=r"keyring\.b: .*; keyring\.a: "):
        opened(made)


def test_keys_exchanged_between_two_names_are_found_even_by_the_holder_of_a_slot_alone(made: Made) -> None:
    def exchange(raw: bytes) -> bytes:
        return (
            raw.replace(b'"name":"db"', b'"name":"xx"')
            .replace(b'"name":"pdb"', b'"name":"db"')
            .replace(b'"name":"xx"', b'"name":"pdb"')
        )

    for name in copies.NAMES:
        path = made.folder / name
        path.write_bytes(forged(path.read_bytes(), exchange))

    with pytest.raises(KeyringDamagedError):
        opened(made)


def test_a_root_of_another_length_is_damage(made: Made) -> None:
    keys = opened(made)
    recipients = [slot.recipient for slot in keys.ring.slots]
    ring = replace(keys.ring, root=replace(keys.ring.root, age=agekeys.seal_to(recipients, b"short")))
    for name in copies.NAMES:
        (made.folder / name).write_bytes(ringfile.encode(ring, keys.root))

    with pytest.raises(KeyringDamagedError, match="length"):
        opened(made)


def test_a_key_under_another_root_is_damage(made: Made) -> None:
    keys = opened(made)
    foreign = wrap_key(keys.table[0], SecretBytes(os.urandom(32)))
    for name in copies.NAMES:
        ring = replace(keys.ring, keys=(foreign, *keys.ring.keys[1:]))
        (made.folder / name).write_bytes(ringfile.encode(ring, keys.root))

    with pytest.raises(KeyringDamagedError, match="does not open with the root key"):
        opened(made)


def test_a_public_half_that_is_not_of_its_secret_half_is_damage(made: Made) -> None:
    keys = opened(made)
    records = tuple(
        replace(record, public=agekeys.recipient_of(agekeys.new_identity()))
        if record.name is KeyName.INTAKE
        else record
        for record in keys.ring.keys
    )
    for name in copies.NAMES:
        (made.folder / name).write_bytes(ringfile.encode(replace(keys.ring, keys=records), keys.root))

    with pytest.raises(KeyringDamagedError, match="public half"):
        opened(made)


def test_the_root_key_itself_opens_what_was_written(made: Made) -> None:
    keys = opened(made)

    again = open_by_root(made.folder, keys.root, desk=DESK)

    assert again.ring == keys.ring
    with pytest.raises(KeyringDamagedError):
        open_by_root(made.folder, SecretBytes(os.urandom(32)), desk=DESK)
