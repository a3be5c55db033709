"""The keys as the page and the command list them."""

from typing import Final

from appliance.keyholding.credentials import CarrierTokens, last_four, used_by
from appliance.keyholding.unattended import SelfStart
from appliance.settings.values import Settings
from appliance.views.keys import CredentialRow, KeyRow, KeysShown, SlotRow, StartRow
from storage.credentials import CredentialName
from storage.keys.keytable import KeyName, KeyRecord
from storage.keys.slots import Slot
from storage.meta import Meta
from storage.vault import Vault

_TITLES: Final = {
    KeyName.DB: "Data file",
    KeyName.PDB: "File of person keys",
    KeyName.SEARCH: "Search index",
    KeyName.PKEK: "Person keys",
    KeyName.VAULT: "Credentials",
    KeyName.AUDIT: "Signature of the log",
    KeyName.PSEUDO: "Telephone numbers",
    KeyName.INTAKE: "Texts that come in",
}
_DOES: Final = {
    KeyName.DB: "locks the file with all that is kept, person keys apart",
    KeyName.PDB: "locks the file with the person keys",
    KeyName.SEARCH: "locks the search index",
    KeyName.PKEK: "wraps the key of each person",
    KeyName.VAULT: "seals credentials, and reasons that are about nobody",
    KeyName.AUDIT: "signs the log",
    KeyName.PSEUDO: "finds a number without storing it in the clear",
    KeyName.INTAKE: "opens what the door sealed",
}

_SERVICES: Final = {
    CredentialName.CARRIER_TOKEN: "The carrier's token",
    CredentialName.MODEL_KEY: "The model's key",
    CredentialName.MAIL_PASSWORD: "The mail password",
    CredentialName.S3_SECRET: "The secret of the storage for backups",
}

_STARTS: Final = {
    "": "The desk opens itself at the start, by the keystore of this account.",
    "no-os-slot": "The desk starts locked: the keystore of this account does not open it.",
    "unattended-never": "The desk starts locked: the settings say so.",
    "disk-not-encrypted": "The desk starts locked, because the disk it is on is not encrypted.",
    "disk-unknown": "The desk starts locked, because it cannot be told whether its disk is encrypted.",
}


def key_rows(records: tuple[KeyRecord, ...], vault: Vault | None = None) -> tuple[KeyRow, ...]:
    """Each key, those in use first; where the desk is open, with how much the wrapping key holds."""
    uses = {} if vault is None else {KeyName.PKEK: vault.person_keys.count()}
    return tuple(
        KeyRow(
            name=one.name.value,
            title=_TITLES[one.name],
            does=_DOES[one.name],
            generation=one.generation,
            state=one.state.value,
            created=one.created,
            changed=one.changed,
            uses=uses.get(one.name) if one.state == "active" else None,
        )
        for one in sorted(records, key=_in_use_first)
    )


def _in_use_first(one: KeyRecord) -> tuple[bool, int, int]:
    return one.state != "active", list(KeyName).index(one.name), -one.generation


def slot_rows(slots: tuple[Slot, ...]) -> tuple[SlotRow, ...]:
    """Each way to unlock."""
    return tuple(SlotRow(one.id, one.kind.value, one.created, one.tested) for one in slots)


def start_row(start: SelfStart) -> StartRow:
    """What happens at the next start, and why."""
    return StartRow(
        opens=start.opens,
        code=start.code,
        setting=start.setting.value,
        disk=start.disk.value,
        sentence=_STARTS.get(start.code, "The desk starts locked: its keyring cannot be read."),
    )


def keys_shown(*, vault: Vault, settings: Settings, tokens: CarrierTokens, start: SelfStart) -> KeysShown:
    """All of an open desk."""
    return KeysShown(
        keys=key_rows(vault.keys.ring.keys, vault),
        slots=slot_rows(vault.keys.ring.slots),
        credentials=_credentials(vault, settings, tokens),
        start=start_row(start),
    )


def _credentials(vault: Vault, settings: Settings, tokens: CarrierTokens) -> tuple[CredentialRow, ...]:
    both = len(tokens.accepted()) > 1
    rows = []
    with vault.look() as tx:
        for name in used_by(settings):
            secret = tx.credentials.get(name)
            if secret is None:
                continue
            until = tx.meta.number(Meta.CARRIER_TOKEN_UNTIL) if both and name is CredentialName.CARRIER_TOKEN else None
            since = tx.credentials.since(name) or 0
            rows.append(CredentialRow(name.value, _SERVICES[name], since, last_four(secret), until))
    return tuple(rows)
