"""Wrapping the person keys anew after an erasure: an older copy of persons.db then opens with no keyring of this desk.

1. the new pkek into both copies of the keyring. It is written as retired, not as pending: no file waits for it
2. every person key that is left under it, in one transaction
3. the new one active, every older one destroyed, in both copies

Cut off after 1 or 2, the next time goes on with the same new key: each row names the pkek that it is wrapped by.
"""

from dataclasses import replace

from storage.keys.keyring import write_next
from storage.keys.keytable import Key, KeyName, KeyState, new_key
from storage.keys.opened import OpenKeys
from storage.keys.reading import open_by_root
from storage.vault import Vault


def wrap_anew(vault: Vault, *, now: int) -> int | None:
    """How many person keys were wrapped; None while a rotation is under way, which does the same.

    For whoever has the desk to himself. Empty the logs of the files afterwards (Vault.empty_logs).
    """
    with vault.still():
        keys = open_by_root(vault.folder, vault.keys.root, desk=vault.keys.desk)
        if keys.pending:
            return None
        if (fresh := _successor(keys)) is None:
            generation = 1 + max(key.generation for key in keys.ring.keys if key.name is KeyName.PKEK)
            fresh = new_key(KeyName.PKEK, generation=generation, state=KeyState.RETIRED, now=now)
            keys = write_next(vault.folder, keys, now=now, table=(*keys.table, fresh), both=True)
        wrapped = vault.person_keys.wrap_anew(fresh, [key for key in keys.table if key.name is KeyName.PKEK])
        others = tuple(key for key in keys.table if key.name is not KeyName.PKEK)
        active = replace(fresh, state=KeyState.ACTIVE, changed=now)
        before = vault.keys
        vault.take_keys(write_next(vault.folder, keys, now=now, table=(*others, active), both=True))
        for key in before.table:
            if key.name is KeyName.PKEK:
                key.secret.wipe()
        return wrapped


def _successor(keys: OpenKeys) -> Key | None:
    """The new pkek of an attempt that was cut off."""
    active = keys.key(KeyName.PKEK)
    newer = (key for key in keys.table if key.name is KeyName.PKEK and key.generation > active.generation)
    return next(newer, None)
