"""More ways to unlock a desk: another passphrase, a new recovery sheet, the keystore of the system."""

from dataclasses import replace
from pathlib import Path

from storage.errors import SlotError
from storage.keys import agekeys
from storage.keys.keyring import profile_for, write_next
from storage.keys.opened import OpenKeys
from storage.keys.passphrase import check_passphrase
from storage.keys.ring import MOST_SLOTS
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet
from storage.keys.slots import Slot, SlotKind, passphrase_slot, public_slot


def add_passphrase(
    folder: Path, keys: OpenKeys, passphrase: SecretBytes, *, now: int, small_machine: bool | None = None
) -> OpenKeys:
    """The keys as written with one more passphrase slot. Raises PassphraseError, SlotError, KeyringChangedError."""
    checked = check_passphrase(passphrase)
    _must_have_room(keys)
    slot = passphrase_slot(checked, profile=profile_for(small_machine=small_machine), now=now)
    return add_slot(folder, keys, slot, now=now)


def add_recovery(folder: Path, keys: OpenKeys, *, now: int) -> tuple[OpenKeys, RecoverySheet]:
    """The keys as written with one more recovery slot, and its sheet, which is nowhere else."""
    slot, identity = a_slot_of_identity(SlotKind.RECOVERY, now=now)
    return add_slot(folder, keys, slot, now=now), RecoverySheet(keys.desk, slot.id, now, identity)


def a_slot_of_identity(kind: SlotKind, *, now: int) -> tuple[Slot, SecretBytes]:
    """A slot and its identity, which the caller keeps in the place that the kind names before the slot is added."""
    identity = agekeys.new_identity()
    return public_slot(kind, identity, now=now), identity


def add_slot(folder: Path, keys: OpenKeys, slot: Slot, *, now: int) -> OpenKeys:
    """The keys as written with that slot as well. Raises SlotError where there are as many as there may be."""
    _must_have_room(keys)
    return same_table(write_next(folder, keys, now=now, slots=(*keys.ring.slots, slot)), keys)


def same_table(following: OpenKeys, keys: OpenKeys) -> OpenKeys:
    """What was written, with the secrets in memory that parts of the open desk hold: one wipe still reaches all."""
    for key in following.table:
        key.secret.wipe()
    keys.root.wipe()
    return replace(following, table=keys.table)


def _must_have_room(keys: OpenKeys) -> None:
    if len(keys.ring.slots) >= MOST_SLOTS:
        raise SlotError(f"this desk has {MOST_SLOTS} ways to unlock, and no more fit", remedy="remove one first")
