"""The keys of an unlocked desk, and what may be done with them."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

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
    def pending(self) -> tuple[Key, ...]:
        """The successors of a rotation that is under way."""
        return tuple(key for key in self.table if key.state is KeyState.PENDING)

    def turned(self) -> "OpenKeys":
        """The same keys as they are once the pending ones are in force: what a file means that is sealed with those."""
        following = {KeyState.PENDING: KeyState.ACTIVE, KeyState.ACTIVE: KeyState.RETIRED}
        turning = {key.name for key in self.pending}
        table = (
            replace(key, state=following.get(key.state, key.state)) if key.name in turning else key
            for key in self.table
        )
        return replace(self, table=tuple(table))

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
        first, *later = self._pseudo
        index = _mac(first, f"nd1|{len(domain)}|{domain}|{value}")
        return _chained(later, index)

    def next_index(self, index: str, *, since: str) -> str:
        """What an index becomes that was made when `since` was the id of the active pseudo key.

        Each generation digests what the one before made, so that an index is carried on without what it stands for:
        a stop outlives the person who wrote it. Raises MissingError for an unknown key.
        """
        chain = self._pseudo
        place = next((place for place, key in enumerate(chain) if key.id == since), None)
        if place is None:
            raise MissingError(f"this desk has no key {since}", remedy="restore the keyring from the newest backup")
        return _chained(chain[place + 1 :], index)

    @property
    def _pseudo(self) -> list[Key]:
        """The pseudo keys from the first to the active one: all of them together are the key of today."""
        keys = (key for key in self.table if key.name is KeyName.PSEUDO and key.state is not KeyState.PENDING)
        return sorted(keys, key=lambda key: key.generation)

    def close(self) -> None:
        """Wipe what can be wiped. The interpreter may still hold copies until their memory is used again."""
        for key in self.table:
            key.secret.wipe()
        self.root.wipe()


def _chained(keys: Iterable[Key], index: str) -> str:
    for key in keys:
        index = _mac(key, f"nd1|next|{index}")
    return index


def _mac(key: Key, text: str) -> str:
    return hmac.new(key.secret.reveal(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
