"""Where the log's high-water mark is kept outside its own file: here the keystore of the system. See marks.py."""

from dataclasses import dataclass

from appliance.gateways.keystore import Keystore
from storage.keys.opened import OpenKeys

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class KeystoreMark:
    """The mark in the keystore of this account. See storage.audit.marks.MarkPlace."""

    keystore: Keystore
    entry: str
    name: str = "keystore"

    def read(self) -> str | None:
        """As it was written, or None. Raises KeystoreError."""
        kept = self.keystore.get(self.entry)
        return None if kept is None else kept.decode("utf-8", "replace")

    def write(self, text: str) -> None:
        """Raises KeystoreError."""
        self.keystore.put(self.entry, text.encode())


def keystore_mark(keystore: Keystore, keys: OpenKeys) -> KeystoreMark:
    """The entry of this desk."""
    return entry_of(keystore, keys.desk, keys.audit_public_keys()[-1])


def entry_of(keystore: Keystore, desk: str, oldest: bytes) -> KeystoreMark:
    """The desk's oldest signing key is in the entry's name: another desk may have the same name."""
    return KeystoreMark(keystore, f"log mark {desk} {oldest.hex()[:_DIGITS]}")
