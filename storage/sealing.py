"""One value in, one envelope out: AES-256-GCM, bound by its associated data to the one place it was made for.

version 1 B = 1 | key id 16 B | nonce 12 B | ciphertext, tag 16 B
"""

import re
import secrets
from dataclasses import dataclass, fields

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SealError
from storage.keys.secret import SecretBytes

VERSION = 1
KEY_BYTES = 32
KEY_ID_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES

_KEY_ID = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(r"[^|\x00-\x1f\x7f]*")


@dataclass(frozen=True, slots=True)
class About:
    """Where a sealed value belongs; `person` is empty for what is nobody's. Raises SealError on an unusable part."""

    desk: str
    table: str
    column: str
    row: str
    person: str
    schema: int

    def __post_init__(self) -> None:
        # A separator inside a part would let two places share one spelling.
        for field in fields(self):
            if not _PART.fullmatch(str(getattr(self, field.name))):
                raise SealError(f"the {field.name} of a sealed value cannot be named")

    def associated_data(self, key_id: str) -> bytes:
        """nd1|desk|table|column|row|person|key|schema"""
        parts = ("nd1", self.desk, self.table, self.column, self.row, self.person, key_id, str(self.schema))
        return "|".join(parts).encode("utf-8", "surrogatepass")


def seal(plain: bytes, about: About, key_id: str, secret: SecretBytes) -> bytes:
    """The envelope of `plain`, which opens only as what `about` says and only with this key."""
    head = bytes([VERSION]) + _raw_key_id(key_id)
    # Random, never a counter: a restored or copied store cannot repeat one.
    nonce = secrets.token_bytes(NONCE_BYTES)
    return head + nonce + _cipher(secret).encrypt(nonce, plain, about.associated_data(key_id))


def open_sealed(envelope: bytes, about: About, key_id: str, secret: SecretBytes) -> bytes:
    """What was sealed. Raises SealError, the same for every cause."""
    try:
        # The id inside the envelope is what is bound; the caller's must be the same or the tag would not tell.
        nonce_at, text_at = 1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + NONCE_BYTES
        bound = about.associated_data(_same(key_id_of(envelope), key_id))
        return _cipher(secret).decrypt(envelope[nonce_at:text_at], envelope[text_at:], bound)
    except (InvalidTag, SealError):
        raise SealError(
            f"a sealed value in {about.table}.{about.column} does not open",
            remedy="run `nightdesk verify`, then restore from a backup",
        ) from None


def key_id_of(envelope: bytes) -> str:
    """Which key sealed it. Raises SealError if this is no envelope."""
    if len(envelope) < OVERHEAD_BYTES or envelope[0] != VERSION:
        raise SealError("a sealed value is no envelope that this release knows")
    return envelope[1 : 1 + KEY_ID_BYTES].hex()


def _same(found: str, expected: str) -> str:
    if found != expected:
        raise SealError("a sealed value names another key")
    return found


def _raw_key_id(key_id: str) -> bytes:
    if not _KEY_ID.fullmatch(key_id):
        raise SealError("a key id has 32 hexadecimal characters")
    return bytes.fromhex(key_id)


def _cipher(secret: SecretBytes) -> AESGCM:
    # AESGCM would take 16 or 24 bytes as well, and seal with a weaker cipher.
    if len(secret) != KEY_BYTES:
        raise SealError("a sealing key has 32 bytes")
    return AESGCM(secret.reveal())
