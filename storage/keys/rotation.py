"""Rotation as the keyring sees it: a key's successor is pending, then active; the one before is retired or destroyed.

Every step is one write of the keyring and leaves a whole one, whatever is cut off. Which files a step waits for is the
business of storage/rotation.
"""

import secrets
from pathlib import Path

from storage.keys.copies import clear_unfinished, read_copies
from storage.keys.keyring import write_next
from storage.keys.keytable import Key, KeyName, KeyState, new_key
from storage.keys.opened import OpenKeys
from storage.keys.reading import ROOT_BYTES
from storage.keys.ring import Ring
from storage.keys.secret import SecretBytes

# All generations of the blind index together are its key (OpenKeys.blind_index), and letters wait in the spool.
_STAYS = frozenset({KeyName.PSEUDO, KeyName.INTAKE})
# What it signed is checked with the public half, which stays; what it indexed is built anew.
_GOES = frozenset({KeyName.AUDIT, KeyName.SEARCH})
KEPT_RETIRED_MS = 35 * 24 * 60 * 60 * 1000
"""How long a routine rotation keeps what opens older backups; they are kept for 30 days."""


def prepare(folder: Path, keys: OpenKeys, *, now: int) -> OpenKeys:
    """A pending successor of each key, in both copies of the keyring before anything is sealed with one.

    A rotation that was cut off goes on with the successors it had.
    """
    if keys.pending:
        return keys
    successors = (
        new_key(name, generation=_newest(keys.ring, name) + 1, state=KeyState.PENDING, now=now) for name in KeyName
    )
    return write_next(folder, keys, now=now, table=(*keys.table, *successors), both=True)


def finish(folder: Path, keys: OpenKeys, *, destroy: bool, now: int) -> OpenKeys:
    """The pending keys are active from here on, under a new root key; in both copies.

    `destroy` leaves nothing of the old ones but what is needed to go on; else they are retired for a time.
    """
    turning = {key.id for key in keys.table if key.state is not KeyState.RETIRED}
    table = (_changed(key, now) if key.id in turning else key for key in keys.turned().table)
    kept = tuple(key for key in table if key.state is KeyState.ACTIVE or _is_kept(key, destroy=destroy))
    return write_next(folder, keys, now=now, table=kept, root=SecretBytes(secrets.token_bytes(ROOT_BYTES)), both=True)


def due_to_go(keys: OpenKeys, *, now: int, letters_wait: bool) -> tuple[Key, ...]:
    """Retired keys that nothing needs any more. `letters_wait` says that the spool still needs the old intake key."""
    return tuple(
        key
        for key in keys.table
        if key.state is KeyState.RETIRED
        and key.name is not KeyName.PSEUDO
        and (not letters_wait if key.name is KeyName.INTAKE else now - key.changed >= KEPT_RETIRED_MS)
    )


def destroy(folder: Path, keys: OpenKeys, gone: tuple[Key, ...], *, now: int) -> OpenKeys:
    """Without those retired keys, in both copies."""
    ids = {key.id for key in gone}
    return write_next(folder, keys, now=now, table=tuple(key for key in keys.table if key.id not in ids), both=True)


def settle(folder: Path, keys: OpenKeys, *, now: int) -> OpenKeys:
    """Write both copies anew where the older one still has what was taken away: that write was cut off between them.

    For whoever has the desk to himself.
    """
    clear_unfinished(folder)
    rings = [copy.ring for copy in read_copies(folder) if copy.ring is not None]
    if not any(_says_more(ring, keys.ring) for ring in rings if ring.desk == keys.desk):
        return keys
    return write_next(folder, keys, now=now, both=True)


def _says_more(older: Ring, newest: Ring) -> bool:
    return bool(
        older.root.generation != newest.root.generation
        or {slot.id for slot in older.slots} - {slot.id for slot in newest.slots}
        or _secrets_of(older) - _secrets_of(newest)
    )


def _secrets_of(ring: Ring) -> set[str]:
    return {key.id for key in ring.keys if key.wrapped}


def _newest(ring: Ring, name: KeyName) -> int:
    return max(key.generation for key in ring.keys if key.name is name)


def _changed(key: Key, now: int) -> Key:
    return Key(key.name, key.id, key.generation, key.secret, key.created, key.state, now)


def _is_kept(key: Key, *, destroy: bool) -> bool:
    return key.name in _STAYS or not (destroy or key.name in _GOES)
