"""The mark: the newest sequence of the keyring that this desk's store has seen. An older keyring was put back."""

from dataclasses import replace

from storage.errors import OlderKeyringError
from storage.keys.copies import Finding
from storage.keys.opened import OpenKeys


def held_to_mark(keys: OpenKeys, mark: int) -> OpenKeys:
    """The keys, with a finding where one copy was replaced by an older one. Raises OlderKeyringError.

    The reserve is one behind the newest copy, never more; and whenever something is taken away, both are written. So
    an older pair that still opens with what was taken away is always two behind or more.
    """
    behind = mark - keys.ring.sequence
    if behind > 1:
        raise OlderKeyringError(
            f"the keyring is older than the one this desk was last opened with ({behind} changes are missing)",
            remedy="put the newest keyring.a and keyring.b back; if they are lost: nightdesk keys accept-older",
        )
    if behind < 1 or keys.findings:
        return keys
    return replace(keys, findings=(Finding("keyring-older", "the newest copy was replaced by an older one"),))


def at_mark(keys: OpenKeys, mark: int) -> OpenKeys:
    """The keys as if they were the newest, so that the next writing is: for an owner who accepts the older keyring."""
    return replace(keys, ring=replace(keys.ring, sequence=max(mark, keys.ring.sequence)))
