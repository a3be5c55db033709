from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import DamagedError
from storage.keys import agekeys
from storage.keys.adding import add_recovery
from storage.keys.after_restore import renew_signing_key
from storage.keys.copies_seal import (
    CopiesSeal,
    NoSheetError,
    copies_seal,
    keyring_by_the_sheet,
    keyring_for_the_sheet,
)
from storage.keys.keytable import KeyName
from storage.keys.secret import SecretBytes
from storage.keys.slots import SlotKind
from tests.desks import NOW, a_folder, keys_of


def seal(byte: int = 1, desk: str = "maple") -> CopiesSeal:
    return CopiesSeal(SecretBytes(bytes([byte]) * 32), desk=desk)


def test_the_same_root_opens_what_it_sealed_and_no_other_root_or_desk_does() -> None:
    sealed = seal().seal(b"pages")

    assert seal().open(sealed) == b"pages"
    for other in (seal(2), seal(desk="oak")):
        with pytest.raises(DamagedError):
            other.open(sealed)


def test_an_open_desk_opens_its_copies_each_time_and_another_desk_does_not(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "maple")
    other = a_folder(tmp_path / "oak", desk="oak")

    sealed = copies_seal(keys_of(folder)).signed(b"a set")

    assert copies_seal(keys_of(folder)).proven(sealed) == b"a set"
    with pytest.raises(DamagedError):
        copies_seal(keys_of(other, desk="oak")).proven(sealed)


def test_what_somebody_else_sealed_for_us_is_not_taken_for_ours() -> None:
    ours = seal()
    forged = agekeys.seal_to([ours._recipient], b"0" * 64 + b"a set of mine")

    assert ours.proven(ours.signed(b"a set")) == b"a set"
    with pytest.raises(DamagedError):
        ours.proven(forged)


def test_a_keyring_is_opened_by_every_sheet_of_the_desk_and_by_nothing_else(tmp_path: Path) -> None:
    keys, sheet = add_recovery(a_folder(tmp_path / "maple"), keys_of(tmp_path / "maple"), now=NOW)
    sealed = keyring_for_the_sheet(keys, b"a keyring")

    assert keyring_by_the_sheet(sheet.identity, sealed) == b"a keyring"
    with pytest.raises(DamagedError):
        keyring_by_the_sheet(agekeys.new_identity(), sealed)


def test_without_a_sheet_there_is_no_copy_of_the_keyring(tmp_path: Path) -> None:
    keys = keys_of(a_folder(tmp_path / "maple"))
    only_words = tuple(slot for slot in keys.ring.slots if slot.kind is not SlotKind.RECOVERY)

    with pytest.raises(NoSheetError):
        keyring_for_the_sheet(replace(keys, ring=replace(keys.ring, slots=only_words)), b"a keyring")


def test_a_desk_that_came_back_signs_with_a_new_key_and_has_the_old_secret_no_more(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "maple")
    before = keys_of(folder)
    old = before.key(KeyName.AUDIT)

    after = renew_signing_key(folder, before, now=NOW)

    assert after.key(KeyName.AUDIT).generation == old.generation + 1
    assert after.audit_public_keys()[1] == before.audit_public_keys()[0]
    assert old.id not in {key.id for key in after.all()}
    assert old.id not in {key.id for key in keys_of(folder).all()}
