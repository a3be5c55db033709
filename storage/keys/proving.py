"""Showing that somebody can unlock a desk: by the passphrase, the recovery sheet, or the identity of a slot."""

from dataclasses import replace
from pathlib import Path

from storage.errors import KeyringDamagedError
from storage.keys import agekeys
from storage.keys.adding import same_table
from storage.keys.keyring import write_next
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.keys.slots import Slot, slot_of
from storage.keys.words import identity_by_words


def proven_by_words(keys: OpenKeys, words: SecretBytes) -> Slot:
    """The slot that a passphrase, or the text of a recovery sheet, opens. Raises WrongKeyError, RecoveryCodeError."""
    return proven_by(keys, identity_by_words(keys.ring.slots, words))


def proven_by(keys: OpenKeys, identity: SecretBytes) -> Slot:
    """The slot of this identity, once it has opened the root key; the identity is wiped. Raises WrongKeyError."""
    try:
        slot = slot_of(keys.ring.slots, identity)
        root = agekeys.open_with(identity, keys.ring.root.age)
    finally:
        identity.wipe()
    if root != keys.root:
        raise KeyringDamagedError("a slot opens, but to another root key", remedy="run: nightdesk verify")
    root.wipe()
    return slot


def note_tested(folder: Path, keys: OpenKeys, slot: Slot, *, now: int) -> OpenKeys:
    """The keys as written with the time at which the slot was last shown to open."""
    slots = tuple(replace(one, tested=now) if one.id == slot.id else one for one in keys.ring.slots)
    return same_table(write_next(folder, keys, now=now, slots=slots), keys)
