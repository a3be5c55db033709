"""Founding a desk: its folder, keys, store, credentials, permissions and starting answers, in one go or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Final

from appliance.access.sign_in import OWNER
from appliance.destinations import wanted_destinations
from appliance.folders import LOGS_FOLDER, SETTINGS_FILE, SPOOL_FOLDER, slug_of
from appliance.gateways.clock import Clock
from appliance.playbook.starting import starting_answers
from appliance.settings.read import read_secret
from appliance.settings.values import CarrierKind, SecretFile, Settings, Unattended
from appliance.staff.outside import write_grant
from storage.answers import Answer
from storage.audit.leaf import Action
from storage.credentials import CredentialName
from storage.errors import ExistsError
from storage.keys.keyring import create, unlock_by_identity
from storage.keys.proving import note_tested
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet
from storage.lasting import make_last, sync_folder
from storage.vault import Transaction, Vault

_PHONE_TOKEN_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Founded:
    """A new desk. The sheet is in no file: whoever holds this must print it."""

    desk: str
    folder: Path
    hooks: dict[str, str]
    answers: int
    sheet: RecoverySheet


def found_desk(
    home: Path, *, settings: Settings, passphrase: SecretBytes, clock: Clock, small_machine: bool | None = None
) -> Founded:
    """Make the desk `settings` describe under `home`. Raises ExistsError, PassphraseError, SettingsError."""
    desk = slug_of(settings.desk.name)
    folder = home / desk
    if folder.exists():
        raise ExistsError(f"{folder} exists already", remedy="choose another home, or another name in the settings")
    secrets = _secrets(settings)
    with _all_or_nothing(folder):
        keys, sheet = create(folder, desk=desk, passphrase=passphrase, now=clock.now(), small_machine=small_machine)
        for name in (SPOOL_FOLDER, LOGS_FOLDER):
            (folder / name).mkdir(mode=0o700)
        vault = Vault(folder, keys, create=True)
        try:
            with vault.transaction() as tx:
                answers = _furnish(tx, settings, secrets, clock.now())
        finally:
            vault.close()
        # Last, once all else lasts: a folder without settings is no desk (folders.desks_in).
        fresh = folder / f"{SETTINGS_FILE}.new"
        fresh.write_text(settings.source, encoding="utf-8")
        make_last(folder)
        fresh.replace(folder / SETTINGS_FILE)
        sync_folder(folder)
        sync_folder(home.parent)
    base = f"{settings.carrier.public_url}/hooks/{desk}"
    return Founded(desk, folder, {"sms": f"{base}/sms", "status": f"{base}/status"}, answers, sheet)


def note_sheet_tested(founded: Founded, *, clock: Clock) -> None:
    """Its owner has read two groups back: from now on the list says when."""
    keys = unlock_by_identity(founded.folder, founded.sheet.identity, desk=founded.desk)
    slot = next(slot for slot in keys.ring.slots if slot.id == founded.sheet.slot_id)
    note_tested(founded.folder, keys, slot, now=clock.now()).close()


def _secrets(settings: Settings) -> dict[CredentialName, SecretBytes]:
    """Read every secret before anything is made, so that a missing file leaves nothing behind."""
    files: dict[CredentialName, tuple[str, SecretFile | None]] = {
        CredentialName.CARRIER_TOKEN: ("carrier.auth_token", settings.carrier.auth_token),
        CredentialName.MODEL_KEY: ("model.api_key", settings.model.api_key),
        CredentialName.S3_SECRET: ("backup.s3_secret", settings.backup.s3_secret),
        CredentialName.MAIL_PASSWORD: ("mail.password", settings.mail.password if settings.mail else None),
    }
    secrets = {
        credential: SecretBytes(read_secret(name, file))
        for credential, (name, file) in files.items()
        if file is not None
    }
    if settings.carrier.kind is CarrierKind.TEST_PHONE:
        # The built-in phone signs its texts as a carrier would, so that they take the same way in.
        secrets[CredentialName.CARRIER_TOKEN] = SecretBytes(token_hex(_PHONE_TOKEN_BYTES).encode())
    return secrets


def _furnish(tx: Transaction, settings: Settings, secrets: dict[CredentialName, SecretBytes], at: int) -> int:
    tx.audit.append(Action.CREATED, actor=OWNER, at=at)
    for name, secret in secrets.items():
        tx.credentials.put(name, secret, at=at)
        tx.audit.append(Action.CREDENTIAL_SET, actor=OWNER, at=at, detail={"name": name.value})
    for purpose, where in wanted_destinations(settings):
        write_grant(tx, purpose, where, by=OWNER, at=at)
    starting = starting_answers_of(settings, at=at)
    for answer in starting:
        tx.answers.add(answer, at=at)
    approved = sum(answer.approved for answer in starting)
    tx.audit.append(Action.ANSWER_ADDED, actor=OWNER, at=at, detail={"count": len(starting), "approved": approved})
    return len(starting)


def starting_answers_of(settings: Settings, *, at: int) -> tuple[Answer, ...]:
    """What a new desk begins with; approved in the owner's name where the settings say so (docs/decisions/0002)."""
    starting = starting_answers(settings.desk.kind)
    if settings.answering.unattended is Unattended.NOTHING:
        return starting
    return tuple(replace(answer, approved_by=OWNER, approved_at=at) for answer in starting)


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
