"""The keyring of a desk: made once, unlocked, asked for what is public, and written anew at the next sequence."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from storage.errors import ExistsError, KeyringChangedError, StorageError
from storage.ids import new_id
from storage.keys import agekeys, machine
from storage.keys.copies import NAMES, Finding, make_folder, read_copies, write_copy
from storage.keys.keytable import Key, KeyName, KeyRecord, KeyState, new_table, without_secret, wrap_key
from storage.keys.opened import OpenKeys
from storage.keys.passphrase import check_passphrase
from storage.keys.reading import ROOT_BYTES, find, open_by_identity, open_by_root
from storage.keys.ring import Ring, SealedRoot, is_desk
from storage.keys.ringfile import encode
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet, read_sheet
from storage.keys.slots import (
    SMALL_MACHINE,
    STANDARD,
    Argon2Profile,
    Slot,
    SlotKind,
    passphrase_slot,
    public_slot,
    slot_of,
)
from storage.keys.words import identity_by_words

# OpenKeys and RecoverySheet are what these functions give out, so they may be imported from here.
__all__ = [
    "OpenKeys",
    "PublicFacts",
    "RecoverySheet",
    "create",
    "profile_for",
    "public_facts",
    "unlock",
    "unlock_by_identity",
    "write_next",
]

_DATA_FILES = ("desk.db", "persons.db", "search.db")


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """What a keyring tells without being unlocked: its checksum held, its HMAC is not yet proven."""

    desk: str
    sequence: int
    written: int
    slots: tuple[Slot, ...]
    keys: tuple[KeyRecord, ...]
    intake_recipient: str
    audit_public_key: bytes
    findings: tuple[Finding, ...]


def create(
    folder: Path, *, desk: str, passphrase: SecretBytes, now: int, small_machine: bool | None = None
) -> tuple[OpenKeys, RecoverySheet]:
    """A new desk's keys, open, and the sheet that must be printed now: it is nowhere else.

    Raises ExistsError where there is a keyring or a data file, PassphraseError for a weak passphrase.
    """
    if not is_desk(desk):
        raise StorageError("a desk is named by lower-case letters, digits and hyphens")
    checked = check_passphrase(passphrase)
    for name in (*NAMES, *_DATA_FILES):
        if (folder / name).exists():
            raise ExistsError(
                f"there is a {name} already", remedy="choose an empty folder; no desk is made over another"
            )
    recovery = agekeys.new_identity()
    slots = (
        passphrase_slot(checked, profile=profile_for(small_machine=small_machine), now=now),
        public_slot(SlotKind.RECOVERY, recovery, now=now),
    )
    checked.wipe()
    root = SecretBytes(secrets.token_bytes(ROOT_BYTES))
    records = tuple(wrap_key(key, root) for key in new_table(now))
    ring = Ring(desk, 0, now, now, _seal_root(root, slots, generation=1, now=now), slots, records)
    make_folder(folder)
    _write(folder, ring, root, NAMES, now=now)
    return open_by_root(folder, root, desk=desk), RecoverySheet(desk, slots[1].id, now, recovery)


def profile_for(*, small_machine: bool | None = None) -> Argon2Profile:
    """The work factors for this machine, or for the kind of machine that is named."""
    small = machine.is_small() if small_machine is None else small_machine
    return SMALL_MACHINE if small else STANDARD


def unlock(
    folder: Path, *, passphrase: SecretBytes | None = None, recovery: str | None = None, desk: str | None = None
) -> OpenKeys:
    """The desk's keys, by the passphrase or by the text of the recovery sheet; `desk` names the one expected.

    Where a passphrase is asked for, the sheet may be typed instead.

    Raises KeyringMissingError, KeyringDamagedError (no whole copy), ForeignKeyringError, WrongKeyError and, where the
    sheet was typed wrong, RecoveryCodeError. One bad copy does not stop it and is told in `findings` of the keys.
    """
    if passphrase is not None and recovery is None:
        return open_by_identity(folder, lambda ring: identity_by_words(ring.slots, passphrase), desk=desk)
    if recovery is not None and passphrase is None:
        identity = read_sheet(recovery)
        try:
            return unlock_by_identity(folder, identity, desk=desk)
        finally:
            identity.wipe()
    raise StorageError("unlock with a passphrase or with a recovery sheet", remedy="give one of the two")


def unlock_by_identity(folder: Path, identity: SecretBytes, *, desk: str | None = None) -> OpenKeys:
    """The desk's keys, by the age identity of one of its slots; raises as `unlock`."""

    def belonging(ring: Ring) -> SecretBytes:
        slot_of(ring.slots, identity)
        return SecretBytes(identity.reveal())

    return open_by_identity(folder, belonging, desk=desk)


def public_facts(folder: Path, *, desk: str | None = None) -> PublicFacts:
    """What the newest whole copy tells without unlocking. Raises as `unlock`, save what needs a key."""
    found = find(folder, desk=desk)
    _, ring = found.whole[0]
    public = {record.name: record.public for record in ring.keys if record.state is KeyState.ACTIVE}
    return PublicFacts(
        ring.desk,
        ring.sequence,
        ring.written,
        ring.slots,
        ring.keys,
        public[KeyName.INTAKE],
        bytes.fromhex(public[KeyName.AUDIT]),
        found.findings,
    )


def write_next(
    folder: Path,
    keys: OpenKeys,
    *,
    now: int,
    slots: tuple[Slot, ...] | None = None,
    table: tuple[Key, ...] | None = None,
    root: SecretBytes | None = None,
    both: bool = False,
) -> OpenKeys:
    """Write what changed at the next sequence, over the copy that `keys` were not read from, and read it back.

    A key left out of `table` is destroyed; of one with a public half, that half stays. `both` replaces the other
    copy too: needed whenever something is taken away, or the older copy would still have it. One process writes at
    a time (the desk's lock). Raises KeyringChangedError if the files are not those that `keys` were read from.
    """
    if tuple(copy.digest for copy in read_copies(folder)) != keys.seen:
        raise KeyringChangedError("the keyring was written by somebody else meanwhile", remedy="unlock the desk again")
    next_root, next_slots = root or keys.root, slots or keys.ring.slots
    next_table = keys.table if table is None else table
    sealed = keys.ring.root
    if root is not None or slots is not None:
        generation = sealed.generation + (root is not None)
        sealed = _seal_root(next_root, next_slots, generation=generation, now=now)
    kept = {key.id for key in next_table}
    gone = [without_secret(key, now=now) for key in keys.ring.keys if key.public and key.id not in kept]
    records = (*(wrap_key(key, next_root) for key in next_table), *gone)
    ring = Ring(keys.desk, keys.ring.sequence, keys.ring.created, now, sealed, next_slots, records)
    others = tuple(name for name in NAMES if name != keys.copy)
    _write(folder, ring, next_root, (*others, keys.copy) if both else others, now=now)
    return open_by_root(folder, next_root, desk=keys.desk)


def _write(folder: Path, ring: Ring, root: SecretBytes, names: tuple[str, ...], *, now: int) -> None:
    for step, name in enumerate(names, start=1):
        following = Ring(ring.desk, ring.sequence + step, ring.created, now, ring.root, ring.slots, ring.keys)
        write_copy(folder, name, encode(following, root))


def _seal_root(root: SecretBytes, slots: tuple[Slot, ...], *, generation: int, now: int) -> SealedRoot:
    return SealedRoot(new_id(), generation, now, agekeys.seal_to([slot.recipient for slot in slots], root.reveal()))
