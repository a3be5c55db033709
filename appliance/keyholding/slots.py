"""Ways to unlock a desk: added, tested and taken away, each with its leaf; whoever changes them proves who they are."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from appliance.gateways.keystore import Keystore, KeystoreError
from storage.audit.leaf import Action
from storage.errors import SlotError, WrongKeyError
from storage.keys.adding import a_slot_of_identity, add_slot
from storage.keys.keyring import profile_for
from storage.keys.opened import OpenKeys
from storage.keys.passphrase import check_passphrase
from storage.keys.proving import note_tested, proven_by, proven_by_words
from storage.keys.removing import remove_slot, slot_by_id
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet
from storage.keys.slots import Slot, SlotKind, passphrase_slot
from storage.meta import Meta
from storage.vault import Vault

GONE: Final = "os-slot-gone"


class SlotGoneError(KeystoreError):
    """The keystore is there, and what it held for this desk is not."""

    code = GONE


def name_of(desk: str, slot: Slot) -> str:
    """Under which name the keystore keeps the identity of that slot."""
    return f"{desk} unlock {slot.id}"


def identity_in(keystore: Keystore, desk: str, slots: tuple[Slot, ...]) -> SecretBytes:
    """The identity that the keystore of the system holds for one of these slots. Raises KeystoreError."""
    for slot in slots:
        if slot.kind is SlotKind.OS and (kept := keystore.get(name_of(desk, slot))) is not None:
            return SecretBytes(kept)
    raise SlotGoneError(
        "the keystore of this account has nothing for this desk",
        remedy="unlock by passphrase or recovery sheet; then add it again: nightdesk keys slots add --kind os",
    )


@dataclass(frozen=True, slots=True)
class Slots:
    """The verbs. `proof` is a passphrase or a recovery sheet that opens the desk now."""

    vault: Vault
    clock: Clock
    keystore: Keystore
    small_machine: bool | None = None

    def add_passphrase(self, by: str, proof: SecretBytes, new: SecretBytes) -> Slot:
        """Raises WrongKeyError, PassphraseError, SlotError."""
        checked = check_passphrase(new)
        self._prove(by, proof)
        profile = profile_for(small_machine=self.small_machine)
        return self._added(by, passphrase_slot(checked, profile=profile, now=self.clock.now()))

    def add_recovery(self, by: str, proof: SecretBytes) -> RecoverySheet:
        """A new sheet, which is nowhere else. Raises WrongKeyError, SlotError."""
        self._prove(by, proof)
        slot, identity = a_slot_of_identity(SlotKind.RECOVERY, now=self.clock.now())
        self._added(by, slot)
        return RecoverySheet(self.vault.keys.desk, slot.id, slot.created, identity)

    def add_os(self, by: str, proof: SecretBytes) -> Slot:
        """The keystore of this account opens the desk from now on. Raises WrongKeyError, SlotError, KeystoreError."""
        self._prove(by, proof)
        desk = self.vault.keys.desk
        with suppress(SlotGoneError):
            identity_in(self.keystore, desk, self.vault.keys.ring.slots).wipe()
            raise SlotError("the keystore of this account opens this desk already", remedy="nothing to do")
        slot, identity = a_slot_of_identity(SlotKind.OS, now=self.clock.now())
        # First there, then in the keyring: a slot whose key is nowhere would look like a way in.
        self.keystore.put(name_of(desk, slot), identity.reveal())
        identity.wipe()
        try:
            return self._added(by, slot)
        except BaseException:
            with suppress(KeystoreError):
                self.keystore.remove(name_of(desk, slot))
            raise

    def test_words(self, by: str, words: SecretBytes) -> Slot:
        """The slot that this passphrase or sheet opens; when, is kept. Raises WrongKeyError, RecoveryCodeError."""
        return self._tested(by, proven_by_words(self.vault.keys, words))

    def test_os(self, by: str) -> Slot:
        """The same for the keystore of this account. Raises KeystoreError, WrongKeyError."""
        identity = identity_in(self.keystore, self.vault.keys.desk, self.vault.keys.ring.slots)
        return self._tested(by, proven_by(self.vault.keys, identity))

    def remove(self, by: str, proof: SecretBytes, slot_id: str) -> Slot:
        """From now on it opens nothing. Raises WrongKeyError, SlotError, LastSlotError."""
        self._prove(by, proof)
        return self._removed(by, slot_by_id(self.vault.keys, slot_id))

    def change_passphrase(self, by: str, old: SecretBytes, new: SecretBytes) -> Slot:
        """The new one in the place of the old one. Raises WrongKeyError, PassphraseError, SlotError."""
        checked = check_passphrase(new)
        before = self._prove(by, old)
        if before.kind is not SlotKind.PASSPHRASE:
            raise SlotError("that is not a passphrase of this desk", remedy="add one: nightdesk keys slots add")
        profile = profile_for(small_machine=self.small_machine)
        after = self._added(by, passphrase_slot(checked, profile=profile, now=self.clock.now()))
        self._removed(by, before)
        return after

    def _prove(self, by: str, proof: SecretBytes) -> Slot:
        try:
            return proven_by_words(self.vault.keys, proof)
        except WrongKeyError as error:
            with self.vault.transaction() as tx:
                detail = {"for": "slots", "code": error.code}
                tx.audit.append(Action.UNLOCK_REFUSED, actor=by, at=self.clock.now(), detail=detail)
            raise

    def _added(self, by: str, slot: Slot) -> Slot:
        return self._written(
            lambda keys, now: add_slot(self.vault.folder, keys, slot, now=now), Action.SLOT_ADDED, slot, by
        )

    def _tested(self, by: str, slot: Slot) -> Slot:
        return self._written(
            lambda keys, now: note_tested(self.vault.folder, keys, slot, now=now), Action.SLOT_TESTED, slot, by
        )

    def _removed(self, by: str, slot: Slot) -> Slot:
        gone = self._written(
            lambda keys, now: remove_slot(self.vault.folder, keys, slot.id, now=now), Action.SLOT_REMOVED, slot, by
        )
        if slot.kind is SlotKind.OS:
            # It opens nothing any more; where the keystore is gone, so is this.
            with suppress(KeystoreError):
                self.keystore.remove(name_of(self.vault.keys.desk, slot))
        return gone

    def _written(self, write: Callable[[OpenKeys, int], OpenKeys], action: Action, slot: Slot, by: str) -> Slot:
        now = self.clock.now()
        with self.vault.transaction() as tx:
            tx.audit.append(action, slot.id, actor=by, at=now, detail={"kind": slot.kind.value})
            self.vault.take_keys(write(self.vault.keys, now))
            tx.meta.put(Meta.KEYRING_SEQUENCE, self.vault.keys.ring.sequence)
        return slot
