"""The start without anybody: whether the keystore of the system may open the desk now, and why or why not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.gateways.disk import Disk
from appliance.gateways.keystore import Keystore
from appliance.keyholding.slots import identity_in
from appliance.settings.values import UnattendedStart
from storage.errors import NightdeskError
from storage.keys.keyring import public_facts, unlock_by_identity
from storage.keys.opened import OpenKeys
from storage.keys.slots import SlotKind

NO_SLOT: Final = "no-os-slot"


@dataclass(frozen=True, slots=True)
class SelfStart:
    """Whether the desk opens itself. `code` is empty where it does, else it names the reason."""

    code: str
    disk: Disk
    setting: UnattendedStart

    @property
    def opens(self) -> bool:
        return not self.code


def self_start(folder: Path, *, setting: UnattendedStart, disk: Disk) -> SelfStart:
    """What would happen at the next start. The keystore is not asked. Never raises: a bad keyring is a reason too."""
    try:
        facts = public_facts(folder, desk=folder.name)
    except NightdeskError as error:
        return SelfStart(error.code, disk, setting)
    if not any(slot.kind is SlotKind.OS for slot in facts.slots):
        return SelfStart(NO_SLOT, disk, setting)
    return SelfStart(_refusal(setting, disk), disk, setting)


def _refusal(setting: UnattendedStart, disk: Disk) -> str:
    if setting is UnattendedStart.NEVER:
        return "unattended-never"
    if setting is UnattendedStart.ALWAYS or disk is Disk.ENCRYPTED:
        return ""
    return "disk-not-encrypted" if disk is Disk.PLAIN else "disk-unknown"


def open_by_keystore(folder: Path, *, keystore: Keystore) -> OpenKeys:
    """The keys, by the slot of the system's keystore. Raises KeystoreError, and what unlocking raises."""
    facts = public_facts(folder, desk=folder.name)
    identity = identity_in(keystore, folder.name, facts.slots)
    try:
        return unlock_by_identity(folder, identity, desk=folder.name)
    finally:
        identity.wipe()


def opened_by_itself(folder: Path, start: SelfStart, *, keystore: Keystore) -> OpenKeys | str:
    """The keys where the desk may open itself and can, else the code of why it starts locked."""
    if not start.opens:
        return start.code
    try:
        return open_by_keystore(folder, keystore=keystore)
    except NightdeskError as error:
        # A person who comes to type the passphrase sees why; nothing else is lost by staying locked.
        return error.code
