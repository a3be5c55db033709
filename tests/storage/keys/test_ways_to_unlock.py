"""Adding, proving and taking away ways to unlock; the mark that an older keyring is held to."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import (
    KeyringChangedError,
    KeyringDamagedError,
    LastSlotError,
    OlderKeyringError,
    RecoveryCodeError,
    SlotError,
    WrongKeyError,
)
from storage.keys import copies, keyring
from storage.keys.adding import a_slot_of_identity, add_passphrase, add_recovery, add_slot
from storage.keys.mark import at_mark, held_to_mark
from storage.keys.opened import OpenKeys
from storage.keys.proving import note_tested, proven_by, proven_by_words
from storage.keys.removing import remove_slot, slot_by_id
from storage.keys.ring import MOST_SLOTS
from storage.keys.secret import SecretBytes
from storage.keys.sheet import is_sheet
from storage.keys.slots import SlotKind
from tests.damage import mistyped
from tests.storage.keys.conftest import NOW, PASSPHRASE, Made

LATER = NOW + 1000
ANOTHER = b"three geese in the chapel"


def opened(made: Made) -> OpenKeys:
    return keyring.unlock(made.folder, recovery=made.typed)


def words(text: str | bytes) -> SecretBytes:
    return SecretBytes(text if isinstance(text, bytes) else text.encode())


def slot_of_kind(keys: OpenKeys, kind: SlotKind) -> str:
    return next(slot.id for slot in keys.ring.slots if slot.kind is kind)


def test_a_passphrase_that_was_removed_opens_neither_copy_and_the_others_still_do(made: Made) -> None:
    keys = opened(made)

    keys = remove_slot(made.folder, keys, slot_of_kind(keys, SlotKind.PASSPHRASE), now=LATER)

    assert keys.ring.root.generation == 2
    assert {copy.ring.root.generation for copy in copies.read_copies(made.folder) if copy.ring is not None} == {2}
    for gone in ("", *copies.NAMES):
        shutil.copytree(made.folder, made.folder.parent / f"copy{gone}" / made.folder.name)
        folder = made.folder.parent / f"copy{gone}" / made.folder.name
        if gone:
            (folder / gone).unlink()
        with pytest.raises(WrongKeyError):
            keyring.unlock(folder, passphrase=words(PASSPHRASE))
        assert keyring.unlock(folder, recovery=made.typed).desk == keys.desk


def test_the_last_way_to_unlock_cannot_go(made: Made) -> None:
    keys = opened(made)
    keys = remove_slot(made.folder, keys, slot_of_kind(keys, SlotKind.PASSPHRASE), now=LATER)

    with pytest.raises(LastSlotError) as refused:
        remove_slot(made.folder, keys, slot_of_kind(keys, SlotKind.RECOVERY), now=LATER)

    assert refused.value.remedy
    assert opened(made).ring.sequence == keys.ring.sequence


def test_keys_in_memory_stay_the_same_through_a_change_and_one_wipe_reaches_them(made: Made) -> None:
    keys = opened(made)
    held = keys.table

    following = add_passphrase(made.folder, keys, words(ANOTHER), now=LATER, small_machine=True)

    assert following.table is held
    following.close()
    assert all("wiped" not in repr(key) for key in held)
    with pytest.raises(Exception, match="wiped"):
        held[0].secret.reveal()


@pytest.mark.parametrize("named", ["", "ffffffffffffffffffffffffffffffff", "g"])
def test_a_slot_that_is_not_there_is_named(made: Made, named: str) -> None:
    with pytest.raises(SlotError):
        slot_by_id(opened(made), named)


def test_a_slot_is_found_by_how_its_id_begins(made: Made) -> None:
    keys = opened(made)

    assert slot_by_id(keys, keys.ring.slots[0].id[:6]) == keys.ring.slots[0]


def test_there_is_room_for_eight_and_no_more(made: Made) -> None:
    keys = opened(made)
    while len(keys.ring.slots) < MOST_SLOTS:
        keys, _ = add_recovery(made.folder, keys, now=LATER)

    with pytest.raises(SlotError):
        add_slot(made.folder, keys, a_slot_of_identity(SlotKind.OS, now=LATER)[0], now=LATER)
    with pytest.raises(SlotError):
        add_passphrase(made.folder, keys, words(ANOTHER), now=LATER, small_machine=True)


def test_what_somebody_typed_proves_the_slot_it_opens(made: Made) -> None:
    keys = opened(made)

    assert proven_by_words(keys, words(PASSPHRASE)).kind is SlotKind.PASSPHRASE
    assert proven_by_words(keys, words(made.typed)).kind is SlotKind.RECOVERY
    assert proven_by_words(keys, words(made.sheet.text())).kind is SlotKind.RECOVERY
    with pytest.raises(WrongKeyError):
        proven_by_words(keys, words(ANOTHER))


def test_the_passphrases_field_takes_the_sheet_as_well(made: Made) -> None:
    assert keyring.unlock(made.folder, passphrase=words(made.sheet.text())).desk == made.sheet.desk


def test_a_mistyped_sheet_is_told_as_one_and_a_passphrase_of_its_length_still_opens(made: Made) -> None:
    wrong = " ".join([mistyped(made.sheet.groups[0]), *made.sheet.groups[1:]])
    long = b"seventy letters are a lot for a passphrase yet somebody may well have it so"
    long = (long.replace(b" ", b"") + b"x" * 70)[:70]
    keys = add_passphrase(made.folder, opened(made), words(long), now=LATER, small_machine=True)

    with pytest.raises(RecoveryCodeError, match="group 1"):
        proven_by_words(keys, words(wrong))
    assert is_sheet(long.decode())
    assert proven_by_words(keys, words(long)).kind is SlotKind.PASSPHRASE


def test_the_sheet_of_another_desk_is_a_wrong_key(made: Made, other: Made) -> None:
    with pytest.raises(WrongKeyError, match="another desk's, or was replaced"):
        proven_by_words(opened(made), words(other.typed))


def test_a_slot_that_opens_another_root_proves_nothing(made: Made) -> None:
    keys = replace(opened(made), root=SecretBytes(bytes(32)))

    with pytest.raises(KeyringDamagedError):
        proven_by(keys, SecretBytes(made.sheet.identity.reveal()))


def test_when_a_slot_was_tested_is_kept(made: Made) -> None:
    keys = opened(made)
    slot = proven_by_words(keys, words(made.typed))

    keys = note_tested(made.folder, keys, slot, now=LATER)

    assert [one.tested for one in keyring.public_facts(made.folder).slots] == [NOW, LATER]
    assert keys.ring.root.generation == 1


# -- the mark ---------------------------------------------------------------------------------------------------------


def kept_aside(made: Made) -> Callable[[], None]:
    """Both copies as they are now; calling puts them back."""
    raw = {name: (made.folder / name).read_bytes() for name in copies.NAMES}

    def put_back() -> None:
        for name, content in raw.items():
            (made.folder / name).write_bytes(content)

    return put_back


def test_an_older_pair_that_knows_a_removed_passphrase_is_told_apart_and_refused(made: Made) -> None:
    put_back = kept_aside(made)
    keys = opened(made)
    keys = remove_slot(made.folder, keys, slot_of_kind(keys, SlotKind.PASSPHRASE), now=LATER)
    mark = keys.ring.sequence

    put_back()

    with pytest.raises(OlderKeyringError) as refused:
        held_to_mark(keyring.unlock(made.folder, passphrase=words(PASSPHRASE)), mark)
    assert (refused.value.code, refused.value.exit_code) == ("keyring-older", 5)
    assert "accept-older" in refused.value.remedy


def test_one_copy_that_is_older_opens_by_the_other_and_is_told(made: Made) -> None:
    old = (made.folder / "keyring.a").read_bytes()
    keys = keyring.write_next(made.folder, opened(made), now=LATER)
    mark = keys.ring.sequence

    (made.folder / "keyring.a").write_bytes(old)
    found = held_to_mark(opened(made), mark)

    assert [finding.code for finding in found.findings] == ["keyring-older"]
    healed = keyring.write_next(made.folder, found, now=LATER)
    assert (held_to_mark(healed, mark).findings, healed.ring.sequence) == ((), mark)


def test_a_reserve_that_is_older_than_it_should_be_is_told(made: Made) -> None:
    old = (made.folder / "keyring.b").read_bytes()
    keyring.write_next(made.folder, opened(made), now=LATER, both=True)

    (made.folder / "keyring.a").write_bytes(old)

    assert [finding.code for finding in opened(made).findings] == ["keyring-older"]


def test_one_bad_copy_is_no_older_keyring(made: Made) -> None:
    keys = keyring.write_next(made.folder, opened(made), now=LATER)
    (made.folder / "keyring.a").write_bytes(b"bad")

    found = held_to_mark(opened(made), keys.ring.sequence)

    assert [finding.code for finding in found.findings] == ["keyring-copy"]


def test_a_removal_cut_short_between_the_copies_is_finished_at_the_next_writing(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = opened(made)
    written: list[str] = []

    def once(folder: Path, name: str, raw: bytes) -> None:
        if written:
            raise OSError
        written.append(name)
        copies.write_copy(folder, name, raw)

    monkeypatch.setattr(keyring, "write_copy", once)
    with pytest.raises(OSError):  # noqa: PT011 - as power would be cut
        remove_slot(made.folder, keys, slot_of_kind(keys, SlotKind.PASSPHRASE), now=LATER)
    monkeypatch.undo()
    found = opened(made)

    assert [finding.code for finding in found.findings] == ["keyring-behind"]
    healed = keyring.write_next(made.folder, found, now=LATER)
    assert healed.findings == ()
    (made.folder / healed.copy).unlink()
    with pytest.raises(WrongKeyError):
        keyring.unlock(made.folder, passphrase=words(PASSPHRASE))


def test_an_owner_may_accept_the_older_keyring(made: Made) -> None:
    keys = at_mark(opened(made), 40)

    keys = keyring.write_next(made.folder, keys, now=LATER, both=True)

    assert (keys.ring.sequence, held_to_mark(keys, 40).findings) == (42, ())


def test_a_second_writer_is_refused_when_a_slot_is_removed_too(made: Made) -> None:
    first, second = opened(made), opened(made)
    add_recovery(made.folder, first, now=LATER)

    with pytest.raises(KeyringChangedError):
        remove_slot(made.folder, second, second.ring.slots[0].id, now=LATER)
