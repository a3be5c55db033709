"""Person keys: made, wrapped under the pkek, unwrapped. Where they are kept is the business of persons.db."""

import secrets

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from storage.errors import SealError
from storage.keys.keytable import Key
from storage.keys.secret import SecretBytes

DEK_BYTES = 32


def new_dek() -> SecretBytes:
    """A fresh data key for one person. To destroy every copy of it is to erase the person."""
    return SecretBytes(secrets.token_bytes(DEK_BYTES))


def wrap(dek: SecretBytes, kek: Key) -> bytes:
    """The data key under AES-256 key wrap (RFC 3394), 40 bytes. Store `kek.id` beside it."""
    return aes_key_wrap(kek.secret.reveal(), dek.reveal())


def unwrap(wrapped: bytes, kek: Key) -> SecretBytes:
    """The data key. Raises SealError if it was not wrapped by this kek or was changed since."""
    try:
        return SecretBytes(aes_key_unwrap(kek.secret.reveal(), wrapped))
    except InvalidUnwrap:
        raise SealError(f"a person key does not open with key {kek.id}") from None
