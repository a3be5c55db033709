"""What seals the copies of a desk: keys of their own, drawn from the root key, so that a place has none of them.

The keyring that goes with a set is sealed to the recovery sheet alone, since nothing else is left after a fire.
"""

import hashlib
import hmac

import pyrage
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import DamagedError, StorageError
from storage.keys import agekeys
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.keys.slots import SlotKind

_MAC_HEX = 64


class NoSheetError(StorageError):
    """No recovery sheet opens this desk, so no copy of it could be brought back."""

    code = "no-recovery-sheet"


class CopiesSeal:
    """Seals, opens and proves. The age recipient is never written down, so nobody else can make what it opens."""

    __slots__ = ("_identity", "_mac_key", "_recipient", "desk")

    def __init__(self, root: SecretBytes, *, desk: str) -> None:
        self.desk = desk
        self._identity = _drawn(root, desk, b"nightdesk copies 1 age")
        self._mac_key = _drawn(root, desk, b"nightdesk copies 1 hmac")
        self._recipient = agekeys.recipient_of(self._identity)

    def seal(self, plain: bytes) -> bytes:
        """One standard age file."""
        return agekeys.seal_to([self._recipient], plain)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises DamagedError for anything else."""
        try:
            opened: bytes = pyrage.decrypt(sealed, [agekeys.identity_of(self._identity)])
        except pyrage.DecryptError:
            raise DamagedError("a piece of a backup does not open with this desk's keys") from None
        return opened

    def mark(self, text: bytes) -> str:
        """The HMAC of a text, 64 hex digits."""
        return hmac.new(self._mac_key.reveal(), text, hashlib.sha256).hexdigest()

    def signed(self, text: bytes) -> bytes:
        """The text behind its mark, sealed: only this desk can have written it."""
        return self.seal(self.mark(text).encode() + text)

    def proven(self, sealed: bytes) -> bytes:
        """The text that `signed` took. Raises DamagedError."""
        opened = self.open(sealed)
        mark, text = opened[:_MAC_HEX], opened[_MAC_HEX:]
        if not hmac.compare_digest(self.mark(text).encode(), mark):
            raise DamagedError("a piece of a backup was not written by this desk")
        return text


def copies_seal(keys: OpenKeys) -> CopiesSeal:
    """The seal of an open desk's copies. It changes with the root key; what it sealed before then needs the old one."""
    return CopiesSeal(keys.root, desk=keys.desk)


def keyring_for_the_sheet(keys: OpenKeys, raw: bytes) -> bytes:
    """A keyring file sealed to every recovery sheet of the desk. Raises NoSheetError."""
    sheets = [slot.recipient for slot in keys.ring.slots if slot.kind is SlotKind.RECOVERY]
    if not sheets:
        raise NoSheetError(
            "this desk has no recovery sheet, so its backups could never be opened",
            remedy="make a sheet on the page 'Keys', then back up again",
        )
    return agekeys.seal_to(sheets, raw)


def keyring_by_the_sheet(identity: SecretBytes, sealed: bytes) -> bytes:
    """The keyring file, by the sheet's identity. Raises DamagedError where this sheet is not one it was sealed to."""
    return agekeys.open_with(identity, sealed).reveal()


def _drawn(root: SecretBytes, desk: str, info: bytes) -> SecretBytes:
    return SecretBytes(HKDF(SHA256(), 32, salt=desk.encode(), info=info).derive(root.reveal()))
