"""What changes in the keyring of a desk that was brought back: it signs its log with a new key from then on."""

from pathlib import Path

from storage.keys.keyring import write_next
from storage.keys.keytable import KeyName, KeyState, new_key
from storage.keys.opened import OpenKeys


def renew_signing_key(folder: Path, keys: OpenKeys, *, now: int) -> OpenKeys:
    """The keys as written, both copies, with a new audit key. The old one's secret half is gone from here.

    The old machine may still be running and signing: whatever it signs after the backup was made must not pass for
    this desk's log.
    """
    old = keys.key(KeyName.AUDIT)
    newest = max(key.generation for key in keys.ring.keys if key.name is KeyName.AUDIT)
    fresh = new_key(KeyName.AUDIT, generation=newest + 1, state=KeyState.ACTIVE, now=now)
    table = (*(key for key in keys.all() if key.id != old.id), fresh)
    return write_next(folder, keys, now=now, table=table, both=True)
