"""Whether a desk opens itself: the settings, the disk under it, and what the keystore says."""

import shutil
from pathlib import Path

import pytest

from appliance.gateways.disk import Disk
from appliance.gateways.keystore import KeystoreAbsentError, KeystoreLockedError
from appliance.keyholding.listing import start_row
from appliance.keyholding.slots import Slots
from appliance.keyholding.unattended import opened_by_itself, self_start
from appliance.settings.values import UnattendedStart
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.vault import Vault
from tests import desks
from tests.standins.clock import FixedClock
from tests.standins.keystores import KeptInMemory

WHEN, ALWAYS, NEVER = UnattendedStart


@pytest.fixture
def keystore(vault: Vault, clock: FixedClock) -> KeptInMemory:
    """With a slot of this desk in it."""
    kept = KeptInMemory()
    Slots(vault, clock, kept, small_machine=True).add_os("owner", SecretBytes(desks.PASSPHRASE.encode()))
    return kept


@pytest.mark.parametrize(
    ("setting", "disk", "code"),
    [
        (WHEN, Disk.ENCRYPTED, ""),
        (WHEN, Disk.PLAIN, "disk-not-encrypted"),
        (WHEN, Disk.UNKNOWN, "disk-unknown"),
        (ALWAYS, Disk.PLAIN, ""),
        (ALWAYS, Disk.UNKNOWN, ""),
        (NEVER, Disk.ENCRYPTED, "unattended-never"),
    ],
)
def test_it_opens_by_itself_only_where_it_may(
    vault: Vault, keystore: KeptInMemory, setting: UnattendedStart, disk: Disk, code: str
) -> None:
    start = self_start(vault.folder, setting=setting, disk=disk)
    found = opened_by_itself(vault.folder, start, keystore=keystore)

    assert (start.code, start.opens) == (code, not code)
    assert isinstance(found, OpenKeys) if not code else found == code
    assert start_row(start).sentence


def test_without_an_os_slot_it_starts_locked(vault: Vault) -> None:
    start = self_start(vault.folder, setting=ALWAYS, disk=Disk.ENCRYPTED)

    assert opened_by_itself(vault.folder, start, keystore=KeptInMemory()) == "no-os-slot"


def test_a_keystore_that_is_gone_locked_or_emptied_is_named(vault: Vault, keystore: KeptInMemory) -> None:
    start = self_start(vault.folder, setting=ALWAYS, disk=Disk.ENCRYPTED)

    for failure in (KeystoreAbsentError("none here"), KeystoreLockedError("locked")):
        keystore.failure = failure
        assert opened_by_itself(vault.folder, start, keystore=keystore) == failure.code
    assert opened_by_itself(vault.folder, start, keystore=KeptInMemory()) == "os-slot-gone"


def test_a_keystore_that_holds_something_else_opens_nothing(vault: Vault, keystore: KeptInMemory) -> None:
    start = self_start(vault.folder, setting=ALWAYS, disk=Disk.ENCRYPTED)
    keystore.kept = dict.fromkeys(keystore.kept, bytes(32))

    assert opened_by_itself(vault.folder, start, keystore=keystore) == "wrong-key"


def test_a_bad_keyring_is_a_reason_too(tmp_path: Path) -> None:
    folder = tmp_path / desks.DESK
    shutil.copytree(desks.a_folder(tmp_path / "made"), folder)
    for name in ("keyring.a", "keyring.b"):
        (folder / name).write_bytes(b"bad")

    start = self_start(folder, setting=ALWAYS, disk=Disk.ENCRYPTED)

    assert (start.code, start.opens) == ("keyring-damaged", False)
    assert "cannot be read" in start_row(start).sentence
