"""The parts that speak to somebody outside: carrier, model, mail, places for copies. Each goes through egress."""

from collections.abc import Callable
from functools import partial
from typing import Final

from appliance.answering.drafter import Drafter
from appliance.answering.offline import OfflineDrafter
from appliance.copies.backing_up import BackingUp
from appliance.copies.desk_copies import DeskCopies
from appliance.copies.drilling import Drilling
from appliance.copies.epochs import Epochs
from appliance.copies.places import places_of
from appliance.destinations import mail_account, model_base, s3_endpoint
from appliance.egress.barrier import Barrier
from appliance.egress.books import VaultLedger, VaultPermissions
from appliance.egress.egress import Egress, Refusal
from appliance.egress.permission import Purpose
from appliance.gateways.claude import MODEL_LIMITS, ClaudeDrafter
from appliance.gateways.clock import Clock
from appliance.gateways.mail import Mailer
from appliance.gateways.s3 import S3_LIMITS, S3Account, S3Place
from appliance.gateways.sms import SmsGateway
from appliance.gateways.test_phone import InMemory, TestPhone
from appliance.gateways.twilio import TwilioGateway
from appliance.keyholding.credentials import held
from appliance.notify import Notifier
from appliance.settings.values import CarrierKind, ModelKind, Settings
from storage.credentials import CredentialName
from storage.keys.secret import SecretBytes
from storage.vault import Vault

CLAUDE_MODEL: Final = "claude-sonnet-5-5"


def egress_for(vault: Vault, clock: Clock, barrier: Barrier, on_refusal: Callable[[Refusal], None]) -> Egress:
    return Egress(
        permissions=VaultPermissions(vault),
        ledger=VaultLedger(vault),
        barrier=barrier,
        clock=clock,
        digest=vault.digest_of_bytes,
        on_refusal=on_refusal,
    )


def copies_beside(settings: Settings, vault: Vault, clock: Clock) -> DeskCopies:
    """The copies for a command. What egress refuses it is told by its exit and stands in the ledger."""
    return copies_for(settings, vault, clock, egress_for(vault, clock, Barrier(), lambda _: None))


def copies_for(settings: Settings, vault: Vault, clock: Clock, egress: Egress) -> DeskCopies:
    backup = settings.backup
    account = S3Account(s3_endpoint(backup), backup.s3_region, backup.s3_key_id, partial(_s3_secret, vault))
    places = places_of(
        backup.places, lambda name: S3Place(name, account, egress.client(Purpose.BACKUP, limits=S3_LIMITS))
    )
    epochs = Epochs(vault, clock)
    backing_up = BackingUp(vault, clock, lambda: places, epochs)
    return DeskCopies(vault, clock, places, backing_up, Drilling(vault, clock, backing_up), epochs)


def _s3_secret(vault: Vault) -> SecretBytes | None:
    with vault.look() as tx:
        return tx.credentials.get(CredentialName.S3_SECRET)


def gateway_for(settings: Settings, egress: Egress, token: Callable[[], str], clock: Clock) -> SmsGateway:
    carrier = settings.carrier
    if carrier.kind is CarrierKind.TEST_PHONE:
        return TestPhone(number=carrier.number, deliveries=InMemory(), clock=clock)
    return TwilioGateway(
        client=egress.client(Purpose.SMS),
        account_sid=carrier.account_sid,
        auth_token=token,
        number=carrier.number,
        api_base=carrier.api_base,
    )


def drafter_for(settings: Settings, vault: Vault, egress: Egress) -> Drafter:
    if settings.model.kind is ModelKind.OFFLINE:
        return OfflineDrafter()
    return ClaudeDrafter(
        client=egress.client(Purpose.MODEL, limits=MODEL_LIMITS),
        # A local endpoint may want none; the SDK insists on something.
        api_key=held(vault, CredentialName.MODEL_KEY, otherwise="none"),
        base_url=model_base(settings),
        model=settings.model.name or CLAUDE_MODEL,
    )


def notifier_for(settings: Settings, vault: Vault, egress: Egress, clock: Clock) -> Notifier | None:
    mail = settings.mail
    if mail is None:
        return None
    password = held(vault, CredentialName.MAIL_PASSWORD)
    login = (lambda: (mail.user, password())) if mail.user else None
    return Notifier(vault, Mailer(mail_account(mail, login), egress=egress, clock=clock), settings.desk.name, clock)
