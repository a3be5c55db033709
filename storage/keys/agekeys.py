"""age X25519 keys: 32 random bytes, the spelling the public age tool reads, and files sealed to recipients."""

import secrets

import pyrage

from storage.errors import DamagedError
from storage.keys import bech32
from storage.keys.secret import SecretBytes

IDENTITY_BYTES = 32
IDENTITY_PREFIX = "age-secret-key-"
RECIPIENT_PREFIX = "age"


def new_identity() -> SecretBytes:
    """A fresh private half. X25519 clamps it, so any 32 random bytes will do."""
    return SecretBytes(secrets.token_bytes(IDENTITY_BYTES))


def spelled(identity: SecretBytes) -> str:
    """The identity as the age tool takes it: AGE-SECRET-KEY-1… Print it on a recovery sheet and nowhere else."""
    return bech32.encode(IDENTITY_PREFIX, identity.reveal()).upper()


def identity_of(secret: SecretBytes) -> pyrage.x25519.Identity:
    """The age library's identity for the private half `secret`."""
    return pyrage.x25519.Identity.from_str(spelled(secret))


def recipient_of(secret: SecretBytes) -> str:
    """The public half, age1…"""
    return str(identity_of(secret).to_public())


def is_recipient(text: str) -> bool:
    """Whether `text` is spelled as an age X25519 recipient."""
    try:
        return text == text.lower() and len(bech32.decode(RECIPIENT_PREFIX, text)) == IDENTITY_BYTES
    except bech32.Bech32Error:
        return False


def seal_to(recipients: list[str], plain: bytes) -> bytes:
    """One standard age file that any of the recipients opens."""
    sealed: bytes = pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(text) for text in recipients])
    return sealed


def open_with(secret: SecretBytes, sealed: bytes) -> SecretBytes:
    """What the age file holds. Raises DamagedError if this identity does not open it."""
    try:
        return SecretBytes(pyrage.decrypt(sealed, [identity_of(secret)]))
    except pyrage.DecryptError:
        raise DamagedError("an age file does not open with the identity it was sealed to") from None
