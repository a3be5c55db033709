"""What the pages and commands ask about keys, bound to one desk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from appliance.access.guesses import Guesses
from appliance.egress.barrier import Barrier, Program
from appliance.gateways.clock import Clock
from appliance.gateways.disk import disk_under
from appliance.gateways.keystore import Keystore
from appliance.keyholding import credentials
from appliance.keyholding.credentials import CarrierTokens, CredentialError
from appliance.keyholding.listing import keys_shown
from appliance.keyholding.slots import Slots
from appliance.keyholding.unattended import SelfStart, self_start
from appliance.settings.values import Settings
from appliance.views.keys import KeysShown
from storage.errors import WrongKeyError
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet
from storage.keys.slots import Slot
from storage.vault import Vault

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Held:
    """What these verbs need of an open desk."""

    vault: Vault
    tokens: CarrierTokens


@dataclass(frozen=True, slots=True)
class Keyholder:
    """The verbs. `by` is who does it; `proof` a passphrase or recovery sheet of this desk, guessed at slowly."""

    folder: Path
    settings: Settings
    clock: Clock
    keystore: Keystore
    barrier: Barrier
    guesses: Guesses
    held: Callable[[], Held]
    small_machine: bool | None = None

    def start(self) -> SelfStart:
        """What happens at the next start, open or locked."""
        disk = disk_under(self.folder, may_start=self._may_start)
        return self_start(self.folder, setting=self.settings.keys.unattended, disk=disk)

    def shown(self) -> KeysShown:
        held = self.held()
        return keys_shown(vault=held.vault, settings=self.settings, tokens=held.tokens, start=self.start())

    def add_passphrase(self, by: str, proof: SecretBytes, new: SecretBytes) -> Slot:
        return self._slowly(lambda slots: slots.add_passphrase(by, proof, new))

    def change_passphrase(self, by: str, old: SecretBytes, new: SecretBytes) -> Slot:
        return self._slowly(lambda slots: slots.change_passphrase(by, old, new))

    def add_recovery(self, by: str, proof: SecretBytes) -> RecoverySheet:
        return self._slowly(lambda slots: slots.add_recovery(by, proof))

    def add_os(self, by: str, proof: SecretBytes) -> Slot:
        return self._slowly(lambda slots: slots.add_os(by, proof))

    def test_words(self, by: str, words: SecretBytes) -> Slot:
        return self._slowly(lambda slots: slots.test_words(by, words))

    def test_os(self, by: str) -> Slot:
        return self._slots().test_os(by)

    def remove(self, by: str, proof: SecretBytes, slot_id: str) -> Slot:
        return self._slowly(lambda slots: slots.remove(by, proof, slot_id))

    def renew_credential(self, by: str, name: str, secret: SecretBytes) -> None:
        """Raises CredentialError."""
        held = self.held()
        known = [one for one in credentials.used_by(self.settings) if one.value == name]
        if not known:
            names = ", ".join(one.value for one in credentials.used_by(self.settings))
            raise CredentialError("this desk has no use for such a credential", remedy=f"it uses: {names}")
        credentials.renew(known[0], secret, by=by, vault=held.vault, tokens=held.tokens, at=self.clock.now())

    def _slots(self) -> Slots:
        return Slots(self.held().vault, self.clock, self.keystore, self.small_machine)

    def _slowly(self, act: Callable[[Slots], Given]) -> Given:
        slots = self._slots()
        self.guesses.wait_for_turn(self.clock.now())
        try:
            done = act(slots)
        except WrongKeyError:
            self.guesses.missed(self.clock.now())
            raise
        self.guesses.right()
        return done

    def _may_start(self, program: str) -> AbstractContextManager[None]:
        return self.barrier.opened(Program(program))
