"""More ways to unlock a desk: another passphrase, a new recovery sheet. To take one away is part of rotation."""

from pathlib import Path

from storage.keys import agekeys
from storage.keys.keyring import profile_for, write_next
from storage.keys.opened import OpenKeys
from storage.keys.passphrase import check_passphrase
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet
from storage.keys.slots import SlotKind, passphrase_slot, public_slot


def add_passphrase(
    folder: Path, keys: OpenKeys, passphrase: SecretBytes, *, now: int, small_machine: bool | None = None
) -> OpenKeys:
    """The keys as written with one more passphrase slot. Raises PassphraseError, KeyringChangedError."""
    checked = check_passphrase(passphrase)
    slot = passphrase_slot(checked, profile=profile_for(small_machine=small_machine), now=now)
    return write_next(folder, keys, now=now, slots=(*keys.ring.slots, slot))


def add_recovery(folder: Path, keys: OpenKeys, *, now: int) -> tuple[OpenKeys, RecoverySheet]:
    """The keys as written with one more recovery slot, and its sheet, which is nowhere else."""
    identity = agekeys.new_identity()
    slot = public_slot(SlotKind.RECOVERY, identity, now=now)
    opened = write_next(folder, keys, now=now, slots=(*keys.ring.slots, slot))
    return opened, RecoverySheet(keys.desk, slot.id, now, identity)
