"""One way less to unlock a desk: under a new root key, in both copies, so that what was taken away opens neither."""

import secrets
from pathlib import Path

from storage.errors import LastSlotError, SlotError
from storage.keys.adding import same_table
from storage.keys.keyring import write_next
from storage.keys.opened import OpenKeys
from storage.keys.reading import ROOT_BYTES
from storage.keys.secret import SecretBytes
from storage.keys.slots import Slot


def remove_slot(folder: Path, keys: OpenKeys, slot_id: str, *, now: int) -> OpenKeys:
    """The keys as written without that slot. Raises SlotError, LastSlotError, KeyringChangedError.

    An old copy of the folder still opens with what was taken away; only rotating all keys makes that copy useless.
    """
    slot = slot_by_id(keys, slot_id)
    left = tuple(one for one in keys.ring.slots if one != slot)
    if not left:
        raise LastSlotError("this is the only way to unlock the desk", remedy="add another one first")
    root = SecretBytes(secrets.token_bytes(ROOT_BYTES))
    following = same_table(write_next(folder, keys, now=now, slots=left, root=root, both=True), keys)
    root.wipe()
    return following


def slot_by_id(keys: OpenKeys, slot_id: str) -> Slot:
    """The slot with that id, or the one whose id begins so. Raises SlotError."""
    found = [slot for slot in keys.ring.slots if slot_id and slot.id.startswith(slot_id)]
    if len(found) != 1:
        raise SlotError("there is no such way to unlock the desk", remedy="look at: nightdesk keys list")
    return found[0]
