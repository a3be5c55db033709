"""The signing key of the log: Ed25519, one purpose."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.keys.secret import SecretBytes


class AuditSigner:
    """Signs checkpoints. Raises LockedError once the keys it came from are closed."""

    __slots__ = ("_seed", "key_id", "public_key")

    def __init__(self, seed: SecretBytes, *, key_id: str) -> None:
        self._seed = seed
        self.key_id = key_id
        self.public_key: bytes = public_key_of(seed)

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (RFC 8032), 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self._seed.reveal()).sign(message)

    def __repr__(self) -> str:
        return f"AuditSigner({self.key_id})"


def public_key_of(seed: SecretBytes) -> bytes:
    """The raw public half of an Ed25519 seed."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()
