"""The Secret Service (Linux) as the keystore wants it: asked without a dialogue, and never where nothing is kept.

Loaded on Linux only: elsewhere its libraries are not there.
"""

from contextlib import suppress

import secretstorage
from keyring.backends.SecretService import Keyring
from keyring.errors import InitError, KeyringLocked

_IN_MEMORY = "/org/freedesktop/secrets/collection/session"


class QuietSecretService(Keyring):
    """keyring's backend without its dialogues.

    A desk that starts by itself has nobody in front of it: a dialogue would hold it up until somebody comes.
    """

    def get_preferred_collection(self) -> secretstorage.Collection:
        """The default collection, unlocked. Raises InitError or KeyringLocked."""
        try:
            bus = secretstorage.dbus_init()
        except (secretstorage.SecretStorageException, OSError):
            raise InitError("no message bus") from None
        try:
            return _usable(secretstorage.get_collection_by_alias(bus, "default"))
        except BaseException as failure:
            with suppress(OSError):
                bus.close()
            if isinstance(failure, secretstorage.SecretStorageException):
                raise InitError("no default collection") from None
            raise


def _usable(collection: secretstorage.Collection) -> secretstorage.Collection:
    if collection.collection_path == _IN_MEMORY:
        raise InitError("the default collection is kept in memory only")
    if collection.is_locked():
        raise KeyringLocked("the default collection is locked")
    return collection
