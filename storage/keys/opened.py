"""The keys of an unlocked desk, and what may be done with them."""

import hashlib
import hmac
from dataclasses import dataclass, field

import pyrage

from storage.errors import MissingError
from storage.keys import agekeys
from storage.keys.copies import Finding
from storage.keys.keytable import Key, KeyName, KeyState
from storage.keys.ring import Ring
from storage.keys.secret import SecretBytes
from storage.keys.signer import AuditSigner


@dataclass(frozen=True, slots=True, eq=False)
class OpenKeys:
    """Every key of one desk. `close` wipes them; after that each use raises LockedError."""

    ring: Ring
    root: SecretBytes = field(repr=False)
    table: tuple[Key, ...] = field(repr=False)
    findings: tuple[Finding, ...]
    copy: str  # the file they were read from
    seen: tuple[str, ...]  # digests of both files at that time

    @property
    def desk(self) -> str:
        return self.ring.desk

    def key(self, name: KeyName) -> Key:
        """The active key of that name: what new things are sealed with."""
        return next(key for key in self.table if key.name is name and key.state is KeyState.ACTIVE)

    def by_id(self, key_id: str) -> Key:
        """The key with that id, whatever its state: what old things were sealed with. Raises MissingError."""
        for key in self.table:
            if key.id == key_id:
                return key
        raise MissingError(f"this desk has no key {key_id}", remedy="restore the keyring from the newest backup")

    def all(self) -> tuple[Key, ...]:
        """Every key that has its secret half, of all generations."""
        return self.table

    @property
    def intake_recipient(self) -> str:
        """The public half of the intake key, age1…, for the door."""
        return agekeys.recipient_of(self.key(KeyName.INTAKE).secret)

    def intake_identity(self) -> pyrage.x25519.Identity:
        """What opens new letters."""
        return agekeys.identity_of(self.key(KeyName.INTAKE).secret)

    def intake_identities(self) -> tuple[pyrage.x25519.Identity, ...]:
        """What opens letters sealed before, while and after the intake key is changed; the newest first."""
        keys = sorted((key for key in self.table if key.name is KeyName.INTAKE), key=lambda key: -key.generation)
        return tuple(agekeys.identity_of(key.secret) for key in keys)

    def signer(self) -> AuditSigner:
        """Signs checkpoints with the active audit key."""
        key = self.key(KeyName.AUDIT)
        return AuditSigner(key.secret, key_id=key.id)

    def audit_public_keys(self) -> tuple[bytes, ...]:
        """Every key that ever signed, so that old checkpoints verify; the newest first."""
        records = sorted((key for key in self.ring.keys if key.name is KeyName.AUDIT), key=lambda key: -key.generation)
        return tuple(bytes.fromhex(record.public) for record in records)

    def blind_index(self, domain: str, value: str) -> str:
        """A keyed digest, 64 hex characters, by which equal values of a domain are found and nothing else is learnt."""
        # The length keeps two pairs of domain and value from running into one text.
        text = f"nd1|{len(domain)}|{domain}|{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key(KeyName.PSEUDO).secret.reveal(), text, hashlib.sha256).hexdigest()

    def close(self) -> None:
        """Wipe what can be wiped. The interpreter may still hold copies until their memory is used again."""
        for key in self.table:
            key.secret.wipe()
        self.root.wipe()
