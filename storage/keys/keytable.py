"""The key table: which keys a desk has, and how each is wrapped under the root (AES-256 key wrap, RFC 3394)."""

import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from storage.errors import KeyringDamagedError
from storage.ids import new_id
from storage.keys import agekeys, signer
from storage.keys.secret import SecretBytes

SECRET_BYTES = 32
WRAPPED_BYTES = SECRET_BYTES + 8


class KeyName(StrEnum):
    """What a key is for. Each has one purpose and no other."""

    DB = "db"  # SQLCipher key of desk.db
    PDB = "pdb"  # SQLCipher key of persons.db
    SEARCH = "search"  # SQLCipher key of search.db
    PKEK = "pkek"  # wraps the person keys
    VAULT = "vault"  # seals what belongs to no person: credentials, reasons about nobody
    AUDIT = "audit"  # Ed25519: signs checkpoints
    PSEUDO = "pseudo"  # HMAC-SHA256: blind index
    INTAKE = "intake"  # age X25519: the door seals letters to its public half


class KeyState(StrEnum):
    """A key's life. At most one key of a name is active; retired ones open what they once sealed."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Key:
    """An opened key."""

    name: KeyName
    id: str
    generation: int
    secret: SecretBytes = field(repr=False)
    created: int
    state: KeyState
    changed: int  # when it came into this state


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as the keyring keeps it. `wrapped` is empty where a retired key's secret half was destroyed."""

    name: KeyName
    id: str
    generation: int
    state: KeyState
    created: int
    changed: int
    public: str  # age1… of intake, hexadecimal Ed25519 key of audit, else empty
    wrapped: bytes


def new_key(name: KeyName, *, generation: int, state: KeyState, now: int) -> Key:
    """A fresh key from the system's generator."""
    return Key(name, new_id(), generation, SecretBytes(secrets.token_bytes(SECRET_BYTES)), now, state, now)


def new_table(now: int) -> tuple[Key, ...]:
    """The first generation of every key."""
    return tuple(new_key(name, generation=1, state=KeyState.ACTIVE, now=now) for name in KeyName)


def wrap_key(key: Key, root: SecretBytes) -> KeyRecord:
    """The key as the keyring keeps it under `root`."""
    wrapped = aes_key_wrap(root.reveal(), key.secret.reveal())
    public = public_half(key)
    return KeyRecord(key.name, key.id, key.generation, key.state, key.created, key.changed, public, wrapped)


def unwrap_key(record: KeyRecord, root: SecretBytes) -> Key:
    """The key behind a record that has its secret half. Raises KeyringDamagedError."""
    try:
        secret = SecretBytes(aes_key_unwrap(root.reveal(), record.wrapped))
    except InvalidUnwrap:
        raise KeyringDamagedError(f"key {record.name} does not open with the root key") from None
    key = Key(record.name, record.id, record.generation, secret, record.created, record.state, record.changed)
    if public_half(key) != record.public:
        raise KeyringDamagedError(f"the public half of key {record.name} is not that of its secret half")
    return key


def without_secret(record: KeyRecord, *, now: int) -> KeyRecord:
    """The record of a key whose secret half is destroyed; its public half still checks old signatures."""
    changed = record.changed if record.state is KeyState.RETIRED else now
    return replace(record, state=KeyState.RETIRED, changed=changed, wrapped=b"")


def public_half(key: Key) -> str:
    """What may be known of the key by anybody."""
    if key.name is KeyName.INTAKE:
        return agekeys.recipient_of(key.secret)
    if key.name is KeyName.AUDIT:
        return signer.public_key_of(key.secret).hex()
    return ""


def fault_in(records: tuple[KeyRecord, ...]) -> str:
    """Why these records are no key table, or nothing. The rules that every reader and writer holds to."""
    if len({record.id for record in records}) != len(records):
        return "two keys have one id"
    if len({(record.name, record.generation) for record in records}) != len(records):
        return "two keys of a name have one generation"
    for name in KeyName:
        active = [record for record in records if record.name is name and record.state is KeyState.ACTIVE]
        if len(active) != 1:
            return f"{len(active)} keys {name} are active"
    if any(len(record.wrapped) != WRAPPED_BYTES for record in records if record.state is not KeyState.RETIRED):
        return "a key in use has no secret half"
    return ""
