"""From two files to open keys: the newest whole copy, proven by the root key; the other one is the reserve."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.errors import DamagedError, ForeignKeyringError, KeyringDamagedError, KeyringMissingError
from storage.keys import agekeys
from storage.keys.copies import Copy, Finding, read_copies
from storage.keys.keytable import unwrap_key
from storage.keys.opened import OpenKeys
from storage.keys.ring import Ring
from storage.keys.ringfile import authenticate
from storage.keys.secret import SecretBytes

ROOT_BYTES = 32
_RESTORE = "put the right file back, or restore the desk from a backup; nothing was changed"


@dataclass(frozen=True, slots=True)
class Found:
    """The whole copies, the newest first, and what is wrong with the others."""

    whole: tuple[tuple[Copy, Ring], ...]
    findings: tuple[Finding, ...]
    seen: tuple[str, ...]


def find(folder: Path, *, desk: str | None) -> Found:
    """The copies whose checksum holds. Raises KeyringMissingError, KeyringDamagedError, ForeignKeyringError."""
    copies = read_copies(folder)
    if all(copy.raw is None for copy in copies):
        raise KeyringMissingError("this desk has no keyring", remedy=_RESTORE)
    whole = [(copy, copy.ring) for copy in copies if copy.ring is not None]
    if not whole:
        faults = "; ".join(f"{copy.name}: {copy.fault}" for copy in copies)
        raise KeyringDamagedError(f"no copy of the keyring is whole: {faults}", remedy=_RESTORE)
    ours = [(copy, ring) for copy, ring in whole if ring.desk == (desk or ring.desk)]
    if not ours or len({ring.desk for _, ring in ours}) > 1:
        names = ", ".join(f"{copy.name} of desk {ring.desk}" for copy, ring in whole)
        raise ForeignKeyringError(f"a keyring belongs to another desk: {names}", remedy=_RESTORE)
    findings = [Finding("keyring-copy", f"{copy.name}: {copy.fault}") for copy in copies if copy.ring is None]
    findings += [
        Finding("keyring-foreign", f"{copy.name} belongs to desk {ring.desk}")
        for copy, ring in whole
        if (copy, ring) not in ours
    ]
    ours.sort(key=lambda pair: pair[1].sequence, reverse=True)
    return Found(tuple(ours), tuple(findings), tuple(copy.digest for copy in copies))


def open_by_identity(folder: Path, identity_for: Callable[[Ring], SecretBytes], *, desk: str | None) -> OpenKeys:
    """The keys, by the identity that `identity_for` finds for a ring; it is wiped. Raises as `find`, WrongKeyError."""

    def root_for(ring: Ring) -> SecretBytes:
        identity = identity_for(ring)
        try:
            root = agekeys.open_with(identity, ring.root.age)
        finally:
            identity.wipe()
        if len(root) != ROOT_BYTES:
            raise KeyringDamagedError("the root key has another length")
        return root

    return _open(folder, root_for, desk=desk)


def open_by_root(folder: Path, root: SecretBytes, *, desk: str) -> OpenKeys:
    """The keys, by the root key itself: how a writer reads back what it wrote."""
    return _open(folder, lambda _: SecretBytes(root.reveal()), desk=desk)


def _open(folder: Path, root_for: Callable[[Ring], SecretBytes], *, desk: str | None) -> OpenKeys:
    found = find(folder, desk=desk)
    findings = list(found.findings)
    for place, (copy, ring) in enumerate(found.whole):
        # Only damage leads on to the older copy. A wrong key ends it: the older copy may still know a
        # passphrase that was taken away since.
        try:
            root = root_for(ring)
            authenticate(copy.raw or b"", ring, root)
            table = tuple(unwrap_key(record, root) for record in ring.keys if record.wrapped)
        except DamagedError as error:
            findings.append(Finding("keyring-copy", f"{copy.name}: {error.sentence}"))
        else:
            findings += [finding for other in found.whole[place + 1 :] for finding in _behind(ring, *other)]
            return OpenKeys(ring, root, table, tuple(findings), copy.name, found.seen)
    faults = "; ".join(finding.sentence for finding in findings)
    raise KeyringDamagedError(f"no copy of the keyring is whole: {faults}", remedy=_RESTORE)


def _behind(ring: Ring, other: Copy, older: Ring) -> Iterator[Finding]:
    """What is wrong with the reserve: it is the copy written just before, or the same, under the same root key."""
    if ring.sequence - older.sequence > 1:
        yield Finding("keyring-older", f"{other.name} is an older copy than the one that was written there")
    elif older.root.generation != ring.root.generation:
        # Power was lost between the two copies; until it is written over, it opens with what was taken away.
        yield Finding("keyring-behind", f"{other.name} was not yet written under the new root key")
