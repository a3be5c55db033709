"""The keyring as text: how it is written, read and authenticated. No files here.

    nightdesk keyring 1            the form
    {...}                          canonical JSON (RFC 8785): desk, sequence, times, root, slots, keys
    hmac <64 hex>                  HMAC-SHA-256 of the lines above, keyed from the root key by HKDF
    sha256 <64 hex>                of the lines above: tells damage from a wrong key without any key

The reader checks from the bottom up.
"""

import hashlib
import hmac
import json

import rfc8785
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import KeyringDamagedError
from storage.keys.ring import Ring, as_json, fault_in_ring, from_json
from storage.keys.secret import SecretBytes

LARGEST = 256 * 1024
_FORM = b"nightdesk keyring 1"
_HMAC_INFO = b"nightdesk keyring 1 hmac"


def encode(ring: Ring, root: SecretBytes) -> bytes:
    """The keyring's text, authenticated by `root`. Raises KeyringDamagedError rather than write what cannot be read."""
    _hold(fault_in_ring(ring))
    signed = _FORM + b"\n" + rfc8785.dumps(as_json(ring)) + b"\n"
    kept = signed + b"hmac " + _mac(signed, ring, root).encode() + b"\n"
    return kept + b"sha256 " + hashlib.sha256(kept).hexdigest().encode() + b"\n"


def decode(raw: bytes) -> Ring:
    """What a keyring says, its checksum verified, its HMAC not yet. Raises KeyringDamagedError."""
    # 1. the checksum holds over all the rest
    kept, mark, checksum = raw[:-1].rpartition(b"\nsha256 ")
    kept += b"\n"
    _hold("" if mark and raw.endswith(b"\n") and len(raw) <= LARGEST else "it is cut short")
    _hold("" if hashlib.sha256(kept).hexdigest().encode() == checksum else "its checksum does not hold")
    # 2. four lines of this form
    lines = kept.split(b"\n")
    _hold("" if len(lines) == 4 and lines[0] == _FORM and lines[2][:5] == b"hmac " else "it has another form")
    # 3. the values, each of its kind, spelled in the one canonical way
    try:
        ring = from_json(json.loads(lines[1]))
        canonical = rfc8785.dumps(as_json(ring))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeyringDamagedError("a keyring is damaged: it does not say what a keyring says") from None
    _hold("" if canonical == lines[1] else "it says more than a keyring says")
    # 4. the rules of the table
    _hold(fault_in_ring(ring))
    return ring


def authenticate(raw: bytes, ring: Ring, root: SecretBytes) -> Ring:
    """The ring, once its HMAC holds under the root key. Raises KeyringDamagedError."""
    signed, _, tail = raw.rpartition(b"hmac ")
    if not hmac.compare_digest(_mac(signed, ring, root).encode(), tail.partition(b"\n")[0]):
        raise KeyringDamagedError("a keyring was changed by somebody without the root key")
    return ring


def _mac(signed: bytes, ring: Ring, root: SecretBytes) -> str:
    key = HKDF(SHA256(), 32, salt=ring.desk.encode(), info=_HMAC_INFO).derive(root.reveal())
    return hmac.new(key, signed, hashlib.sha256).hexdigest()


def _hold(fault: str) -> None:
    if fault:
        raise KeyringDamagedError(f"a keyring is damaged: {fault}")
