"""What commands ask of the keys: done by the running core, or by the command itself where none runs."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.access.guesses import Guesses
from appliance.access.sign_in import OWNER
from appliance.egress.barrier import Barrier
from appliance.folders import SETTINGS_FILE
from appliance.gateways.clock import SystemClock
from appliance.gateways.keystore import OsKeystore
from appliance.keyholding.credentials import CarrierTokens
from appliance.keyholding.keyholder import Held, Keyholder
from appliance.keyholding.printed import as_html, as_text
from appliance.keyholding.unattended import open_by_keystore
from appliance.line import NoLine
from appliance.opening.store import accept_keyring, heal_keyring, open_vault, vault_of
from appliance.settings.read import read_settings
from storage.keys.keyring import unlock
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet
from storage.keys.slots import Slot
from storage.vault import Vault
from ui.channel import Message
from ui.control import ask
from ui.only_core import only_core

Act = Callable[[Message], Mapping[str, Any]]


def key_acts(keys: Keyholder) -> Mapping[str, Act]:
    """Each act by its name, over one desk's keys. Whoever asks is the owner's account, and proves the passphrase."""

    def listed(_: Message) -> Mapping[str, Any]:
        return asdict(keys.shown())

    def add(asked: Message) -> Mapping[str, Any]:
        proof = _secret(asked, "proof")
        match asked.get("kind"):
            case "passphrase":
                return _slot(keys.add_passphrase(OWNER, proof, _secret(asked, "new")))
            case "os":
                return _slot(keys.add_os(OWNER, proof))
            case _:
                return _sheet(keys.add_recovery(OWNER, proof))

    def change(asked: Message) -> Mapping[str, Any]:
        return _slot(keys.change_passphrase(OWNER, _secret(asked, "proof"), _secret(asked, "new")))

    def test(asked: Message) -> Mapping[str, Any]:
        if asked.get("kind") == "os":
            return _slot(keys.test_os(OWNER))
        return _slot(keys.test_words(OWNER, _secret(asked, "proof")))

    def remove(asked: Message) -> Mapping[str, Any]:
        return _slot(keys.remove(OWNER, _secret(asked, "proof"), str(asked.get("slot", ""))))

    def renew(asked: Message) -> Mapping[str, Any]:
        keys.renew_credential(OWNER, str(asked.get("name", "")), _secret(asked, "new"))
        return {}

    return {
        "keys": listed,
        "slot-add": add,
        "slot-change": change,
        "slot-test": test,
        "slot-remove": remove,
        "credential": renew,
    }


def ask_keys(folder: Path, request: Mapping[str, Any], opened: Callable[[], Vault]) -> Mapping[str, Any]:
    """The answer of the running core; without one the desk is opened here for this one act.

    Raises what the act raises, and AlreadyRunningError where a core is just starting.
    """
    done = ask(folder, request)
    return done if done is not None else _done_here(folder, request, opened)


def by_words(folder: Path, words: SecretBytes) -> Callable[[], Vault]:
    """Opens the desk by a passphrase or recovery sheet."""
    return lambda: open_vault(folder, words, alone=SystemClock())


def by_keystore(folder: Path) -> Callable[[], Vault]:
    """Opens the desk by the keystore of this account."""
    return lambda: vault_of(folder, open_by_keystore(folder, keystore=OsKeystore()), alone=SystemClock())


def accept_older_keyring(folder: Path, words: SecretBytes) -> None:
    """Make an older keyring the newest again. The desk must be stopped. Raises what opening raises."""
    with only_core(folder), closing(Vault(folder, unlock(folder, passphrase=words, desk=folder.name))) as vault:
        accept_keyring(vault, SystemClock(), by=OWNER)


def _done_here(folder: Path, request: Mapping[str, Any], opened: Callable[[], Vault]) -> Mapping[str, Any]:
    with only_core(folder), closing(opened()) as vault:
        clock = SystemClock()
        heal_keyring(vault, clock)
        keys = Keyholder(
            folder=folder,
            settings=read_settings(folder / SETTINGS_FILE),
            clock=clock,
            keystore=OsKeystore(),
            barrier=Barrier(),
            guesses=Guesses(),
            held=lambda: Held(vault, CarrierTokens(vault=vault, clock=clock, line=NoLine())),
        )
        return key_acts(keys)[str(request["do"])](request)


def _secret(asked: Message, name: str) -> SecretBytes:
    return SecretBytes(str(asked.get(name, "")).encode())


def _slot(slot: Slot) -> Mapping[str, Any]:
    return {"slot": slot.id, "kind": slot.kind.value}


def _sheet(sheet: RecoverySheet) -> Mapping[str, Any]:
    return {
        "slot": sheet.slot_id,
        "kind": "recovery",
        "groups": list(sheet.groups),
        "sheet": as_text(sheet),
        "shown": as_text(sheet, on_paper=False),
        "page": as_html(sheet),
    }
