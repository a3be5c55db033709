"""What a keyring says, as values and as JSON values. Not its text, its checks by key, or its files."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.keys import agekeys
from storage.keys.keytable import WRAPPED_BYTES, KeyName, KeyRecord, KeyState, fault_in
from storage.keys.slots import SALT_BYTES, Argon2Profile, Slot, SlotKind, Wrapping

MOST_SLOTS = 8
_DESK = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ID = re.compile(r"[0-9a-f]{32}")
_HEX = re.compile(r"[0-9a-f]*")
_BIGGEST = 2**53 - 1


@dataclass(frozen=True, slots=True)
class SealedRoot:
    """The root key as one age file, sealed to the recipients of all slots."""

    id: str
    generation: int
    created: int
    age: bytes


@dataclass(frozen=True, slots=True)
class Ring:
    """What a keyring says. Nothing in it is secret to somebody who holds no slot."""

    desk: str
    sequence: int
    created: int
    written: int
    root: SealedRoot
    slots: tuple[Slot, ...]
    keys: tuple[KeyRecord, ...]


def is_desk(desk: str) -> bool:
    """Whether this can name a desk: lower-case letters, digits and hyphens, at most 64."""
    return bool(_DESK.fullmatch(desk))


def fault_in_ring(ring: Ring) -> str:
    """Why this is no keyring, or nothing. The rules that reader and writer hold to."""
    if not is_desk(ring.desk):
        return "it names no desk"
    if not 1 <= len(ring.slots) <= MOST_SLOTS or len({slot.recipient for slot in ring.slots}) != len(ring.slots):
        return f"it needs one to {MOST_SLOTS} slots, each with its own key"
    if any((slot.wrapping is None) == (slot.kind is SlotKind.PASSPHRASE) for slot in ring.slots):
        return "a slot is not of its kind"
    return fault_in(ring.keys)


def as_json(ring: Ring) -> dict[str, Any]:
    """The ring as JSON values."""
    return {
        "desk": ring.desk,
        "sequence": ring.sequence,
        "created": ring.created,
        "written": ring.written,
        "root": {
            "id": ring.root.id,
            "generation": ring.root.generation,
            "created": ring.root.created,
            "age": base64.b64encode(ring.root.age).decode(),
        },
        "slots": [_slot_as_json(slot) for slot in ring.slots],
        "keys": [
            {
                "name": key.name.value,
                "id": key.id,
                "generation": key.generation,
                "state": key.state.value,
                "created": key.created,
                "changed": key.changed,
                "public": key.public,
                "wrapped": key.wrapped.hex(),
            }
            for key in ring.keys
        ],
    }


def _slot_as_json(slot: Slot) -> dict[str, Any]:
    said = {
        "id": slot.id,
        "kind": slot.kind.value,
        "recipient": slot.recipient,
        "created": slot.created,
        "tested": slot.tested,
    }
    if slot.wrapping is None:
        return said
    profile = slot.wrapping.profile
    return said | {
        "argon2id": {"passes": profile.passes, "memory_kib": profile.memory_kib, "lanes": profile.lanes},
        "salt": slot.wrapping.salt.hex(),
        "wrapped": slot.wrapping.wrapped.hex(),
    }


def from_json(said: Mapping[str, Any]) -> Ring:
    """The ring behind JSON values. Raises KeyError, TypeError, ValueError or KeyringDamagedError."""
    root = said["root"]
    return Ring(
        _text(said, "desk"),
        _number(said, "sequence"),
        _number(said, "created"),
        _number(said, "written"),
        SealedRoot(
            _id(root),
            _number(root, "generation"),
            _number(root, "created"),
            base64.b64decode(_text(root, "age"), validate=True),
        ),
        tuple(_slot_from_json(slot) for slot in said["slots"]),
        tuple(_key_from_json(key) for key in said["keys"]),
    )


def _slot_from_json(said: Mapping[str, Any]) -> Slot:
    recipient = _text(said, "recipient")
    if not agekeys.is_recipient(recipient):
        raise ValueError
    wrapping = None
    if "wrapped" in said:
        work = said["argon2id"]
        profile = Argon2Profile(_number(work, "passes"), _number(work, "memory_kib"), _number(work, "lanes"))
        wrapping = Wrapping(profile, _hex(said, "salt", SALT_BYTES), _hex(said, "wrapped", WRAPPED_BYTES))
    kind = SlotKind(_text(said, "kind"))
    return Slot(_id(said), kind, recipient, _number(said, "created"), _number(said, "tested"), wrapping)


def _key_from_json(said: Mapping[str, Any]) -> KeyRecord:
    return KeyRecord(
        KeyName(_text(said, "name")),
        _id(said),
        _number(said, "generation"),
        KeyState(_text(said, "state")),
        _number(said, "created"),
        _number(said, "changed"),
        _text(said, "public"),
        _hex(said, "wrapped", WRAPPED_BYTES) if said["wrapped"] else b"",
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said[name]
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(said: Mapping[str, Any], name: str) -> int:
    value = said[name]
    if type(value) is not int or not 0 <= value <= _BIGGEST:
        raise TypeError
    return value


def _id(said: Mapping[str, Any]) -> str:
    value = _text(said, "id")
    if not _ID.fullmatch(value):
        raise ValueError
    return value


def _hex(said: Mapping[str, Any], name: str, length: int) -> bytes:
    value = _text(said, name)
    if not _HEX.fullmatch(value) or len(value) != 2 * length:
        raise ValueError
    return bytes.fromhex(value)
