"""Unlock slots: each holds an age identity, or the way to one, to which the root key is sealed.

A passphrase slot keeps its identity wrapped under Argon2id. A recovery slot's identity is on paper, an os slot's in the
system's keystore: of those the keyring has the public half only.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from storage.errors import KeyringDamagedError, PassphraseError, StorageError, UnknownWayError, WrongKeyError
from storage.ids import new_id
from storage.keys import agekeys
from storage.keys.passphrase import normal_form
from storage.keys.secret import SecretBytes

SALT_BYTES = 16
_KEK_BYTES = 32
_MIB = 1024


class SlotKind(StrEnum):
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
    RECOVERY = "recovery"
    OS = "os"


@dataclass(frozen=True, slots=True)
class Argon2Profile:
    """Work factors of Argon2id (RFC 9106). Raises KeyringDamagedError outside the bounds, before anything is run."""

    passes: int
    memory_kib: int
    lanes: int

    def __post_init__(self) -> None:
        # A changed file must neither weaken the derivation nor take the machine down with it.
        if not (3 <= self.passes <= 16 and 64 * _MIB <= self.memory_kib <= 1024 * _MIB and 1 <= self.lanes <= 16):
            raise KeyringDamagedError("a slot asks for key derivation outside the bounds")


STANDARD = Argon2Profile(passes=3, memory_kib=256 * _MIB, lanes=4)
SMALL_MACHINE = Argon2Profile(passes=3, memory_kib=64 * _MIB, lanes=4)
"""For machines under 4 GiB."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A passphrase slot's identity under its passphrase."""

    profile: Argon2Profile
    salt: bytes
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to unlock. `tested` is when it was last shown to open, 0 for never."""

    id: str
    kind: SlotKind
    recipient: str
    created: int
    tested: int
    wrapping: Wrapping | None = None  # a passphrase slot has one, the others have none


def passphrase_slot(passphrase: SecretBytes, *, profile: Argon2Profile, now: int) -> Slot:
    """A slot with an identity of its own behind the passphrase (checked by the caller)."""
    identity = agekeys.new_identity()
    salt = secrets.token_bytes(SALT_BYTES)
    wrapped = aes_key_wrap(_derive(normal_form(passphrase), salt, profile), identity.reveal())
    slot = Slot(
        new_id(), SlotKind.PASSPHRASE, agekeys.recipient_of(identity), now, now, Wrapping(profile, salt, wrapped)
    )
    identity.wipe()
    return slot


def public_slot(kind: SlotKind, identity: SecretBytes, *, now: int) -> Slot:
    """A slot whose identity is kept elsewhere: on paper, in a keystore."""
    return Slot(new_id(), kind, agekeys.recipient_of(identity), now, 0)


def identity_by_passphrase(slots: tuple[Slot, ...], passphrase: SecretBytes) -> SecretBytes:
    """The identity of the passphrase slot that opens. Raises WrongKeyError where none does."""
    with suppress(PassphraseError):
        normal = normal_form(passphrase)
        for wrapping in (slot.wrapping for slot in slots if slot.wrapping is not None):
            with suppress(InvalidUnwrap):
                return SecretBytes(aes_key_unwrap(_derive(normal, wrapping.salt, wrapping.profile), wrapping.wrapped))
    raise WrongKeyError("the passphrase does not open this desk", remedy="try again, or unlock with the recovery sheet")


def slot_of(slots: tuple[Slot, ...], identity: SecretBytes) -> Slot:
    """The slot that this identity belongs to. Raises UnknownWayError."""
    recipient = agekeys.recipient_of(identity)
    for slot in slots:
        if slot.recipient == recipient:
            return slot
    raise UnknownWayError(
        "this recovery sheet or keystore does not open this desk: it is another desk's, or was replaced",
        remedy="look for the newest recovery sheet with this desk's name on it",
    )


def _derive(passphrase: SecretBytes, salt: bytes, profile: Argon2Profile) -> bytes:
    work = Argon2id(
        salt=salt,
        length=_KEK_BYTES,
        iterations=profile.passes,
        lanes=profile.lanes,
        memory_cost=profile.memory_kib,
    )
    try:
        return work.derive(passphrase.reveal())
    except MemoryError:
        raise StorageError(
            f"unlocking takes {profile.memory_kib // _MIB} MiB of memory, and this machine has not that much to spare",
            remedy="close other programs and try again, or unlock with the recovery sheet",
        ) from None
