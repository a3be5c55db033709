"""Opening a desk: each part is built once, from its settings and its keys, and handed what it may use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import Final

from appliance.answering.drafter import Drafter
from appliance.answering.handle import Answering
from appliance.answering.offline import OfflineDrafter
from appliance.chores import DAY, HOUR, MINUTE, SECOND, Chores, LogCheck
from appliance.copies.backing_up import BackingUp
from appliance.copies.desk_copies import DeskCopies
from appliance.copies.drilling import Drilling
from appliance.copies.epochs import Epochs
from appliance.copies.places import places_of
from appliance.destinations import mail_account, model_base, s3_endpoint, wanted_destinations
from appliance.egress.barrier import Barrier
from appliance.egress.books import VaultLedger, VaultPermissions
from appliance.egress.egress import Egress
from appliance.egress.permission import Purpose
from appliance.folders import SPOOL_FOLDER, core_runs
from appliance.gateways.claude import MODEL_LIMITS, ClaudeDrafter
from appliance.gateways.clock import Clock, machine_ticks
from appliance.gateways.keystore import Keystore
from appliance.gateways.mail import Mailer
from appliance.gateways.s3 import S3_LIMITS, S3Account, S3Place
from appliance.gateways.sms import SmsGateway
from appliance.gateways.test_phone import InMemory, TestPhone
from appliance.gateways.twilio import TwilioGateway
from appliance.incidents import Incidents
from appliance.intake.health_tag import keep_body, tag_body
from appliance.intake.import_spool import SpoolImport
from appliance.intake.receive import Intake, Tagger
from appliance.keeping.after_loss import after_loss
from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.closing import Closing
from appliance.keeping.copy_mark import newest_copy
from appliance.keeping.deletion import Deletion
from appliance.keeping.erasing import Eraser
from appliance.keeping.limits import letters_for
from appliance.keeping.logbook import LogBook
from appliance.keeping.mark_places import keystore_mark
from appliance.keeping.marks import LOG_BEHIND, Marks
from appliance.keeping.redacting import Redacting
from appliance.keeping.retention import Keeper
from appliance.keyholding.credentials import CarrierTokens, held
from appliance.keyholding.rotating import Rotating
from appliance.line import Line
from appliance.notify import Notifier
from appliance.playbook.hiding import DeskRedactor
from appliance.playbook.slots import SlotFacts, slot_facts
from appliance.redaction.errors import RedactionError
from appliance.redaction.redactor import Redactor
from appliance.room import Room
from appliance.sending.look_up import LookUps
from appliance.sending.send import Outbox
from appliance.sending.status import read_status
from appliance.sending.sweep import Sweep
from appliance.settings.values import CarrierKind, ModelKind, Settings
from appliance.staff.deletions import Deleting
from appliance.staff.outside import Wanted
from appliance.staff.phone import PhoneLine
from appliance.worker import Chore, Handler, Worker
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.audit.mark_file import MarkFile
from storage.credentials import CredentialName
from storage.database import DiskFullError
from storage.errors import DamagedError
from storage.heal import heal_logs
from storage.jobs import Job, JobKind
from storage.keys.adding import same_table
from storage.keys.keyring import unlock, write_next
from storage.keys.mark import at_mark, held_to_mark
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.messages import MessageId, MessageState
from storage.meta import Meta
from storage.people import Attention
from storage.reserve import Reserve
from storage.rotation.standing import resume
from storage.spool.reader import SpoolReader
from storage.vault import DESK_FILE, PERSONS_FILE, Vault
from storage.wal import wal_fault

SWEEP_EVERY: Final = 10 * MINUTE
# keyring-behind is told to nobody: power was lost in the middle of a change, and nothing is wrong with the disk.
_TOLD_FINDINGS: Final = frozenset({"keyring-copy", "keyring-foreign", "keyring-older"})
CLAUDE_MODEL: Final = "claude-sonnet-5-5"


@dataclass(frozen=True, slots=True)
class Parts:
    """An open desk, put together."""

    folder: Path
    settings: Settings
    vault: Vault
    line: Line
    worker: Worker
    redactor: DeskRedactor | None
    slot_facts: SlotFacts
    wanted: Wanted
    phone_line: PhoneLine
    incidents: Incidents
    deleting: Deleting
    log_check: LogCheck
    copies: DeskCopies
    keeper: Keeper
    room: Room
    tokens: CarrierTokens
    marks: Marks
    rotating: Rotating
    logbook: LogBook


def open_vault(folder: Path, passphrase: SecretBytes, *, alone: Clock | None = None) -> Vault:
    """The store of a desk; see `vault_of`. Raises WrongKeyError, DamagedError, MissingError."""
    return vault_of(folder, unlock(folder, passphrase=passphrase, desk=folder.name), alone=alone)


def vault_of(folder: Path, keys: OpenKeys, *, alone: Clock | None = None) -> Vault:
    """The store that these keys open. Raises DamagedError, MissingError; OlderKeyringError for an old file put back.

    Whoever has the desk to himself gives a clock: then what the disk did to the logs of the data files is mended, and a
    rotation of the keys that was cut off is put in order first.
    """
    _mend_logs(folder, keys, alone=alone is not None)
    vault = Vault(folder, keys if alone is None else resume(folder, keys, now=alone.now()))
    try:
        with vault.look() as tx:
            vault.take_keys(held_to_mark(vault.keys, tx.meta.number(Meta.KEYRING_SEQUENCE)))
        if alone is not None:
            after_loss(vault, at=alone.now())
    except BaseException:
        vault.close()
        raise
    return vault


def _mend_logs(folder: Path, keys: OpenKeys, *, alone: bool) -> None:
    if alone:
        heal_logs(folder, keys)
    # Opening a file lays its log over it. Beside a core the log is read while it grows, which looks like damage.
    elif not core_runs(folder) and (fault := wal_fault(folder / DESK_FILE) or wal_fault(folder / PERSONS_FILE)):
        raise DamagedError(fault, remedy="start the desk: it mends this without mixing what is old with what is new")


def heal_keyring(vault: Vault, clock: Clock) -> None:
    """Where one copy of the keyring is not as it must be, write the next one over it; then set the mark."""
    at = clock.now()
    with vault.transaction() as tx:
        findings = {finding.code for finding in vault.keys.findings}
        # Of a rotation that was cut off the last step writes both copies; until then they are left alone.
        if findings and not vault.unfinished:
            vault.take_keys(same_table(write_next(vault.folder, vault.keys, now=at), vault.keys))
        for code in sorted(findings & _TOLD_FINDINGS):
            tx.alerts.raise_(AlertKind.STAFF, code, at=at)
        sequence = vault.keys.ring.sequence
        if sequence > tx.meta.number(Meta.KEYRING_SEQUENCE):
            # Also what a kill kept from its leaf is on the log by this: which ways to unlock there are now.
            slots = [slot.id for slot in vault.keys.ring.slots]
            tx.audit.append(Action.CHECKED, actor="desk", at=at, detail={"keyring": sequence, "slots": slots})
            tx.meta.put(Meta.KEYRING_SEQUENCE, sequence)


def accept_keyring(vault: Vault, clock: Clock, *, by: str) -> None:
    """The owner says that this older keyring is the newest there is: write it as such, in both copies."""
    at = clock.now()
    with vault.transaction() as tx:
        keys = at_mark(vault.keys, tx.meta.number(Meta.KEYRING_SEQUENCE))
        vault.take_keys(same_table(write_next(vault.folder, keys, now=at, both=True), keys))
        sequence = vault.keys.ring.sequence
        tx.meta.put(Meta.KEYRING_SEQUENCE, sequence)
        slots = [slot.id for slot in vault.keys.ring.slots]
        tx.audit.append(Action.CHECKED, actor=by, at=at, detail={"keyring": sequence, "slots": slots, "older": True})


def open_parts(
    folder: Path,
    vault: Vault,
    settings: Settings,
    *,
    clock: Clock,
    line: Line,
    barrier: Barrier,
    keystore: Keystore,
) -> Parts:
    """Every part of the desk, wired. Nothing runs before the worker is started."""
    incidents = Incidents(vault=vault, clock=clock)
    barrier.tell(incidents.barrier_refused)
    egress = Egress(
        permissions=VaultPermissions(vault),
        ledger=VaultLedger(vault),
        barrier=barrier,
        clock=clock,
        digest=vault.digest_of_bytes,
        on_refusal=incidents.refused,
    )
    redactor = _redactor(settings, vault, clock)
    tag: Tagger = partial(tag_body, redactor=redactor) if settings.tags_health else keep_body
    tokens = CarrierTokens(vault=vault, clock=clock, line=line)
    gateway = _gateway(settings, egress, tokens.current, clock)
    facts = slot_facts(settings)
    notifier = _notifier(settings, vault, egress, clock)
    hook = f"{settings.carrier.public_url}/hooks/{folder.name}"
    account = settings.carrier.account_sid
    intake = Intake(
        vault=vault,
        tag=tag,
        checks=partial(tokens.signed, public_url=settings.carrier.public_url),
        read_status=read_status,
        notify=notifier is not None,
    )
    spool = SpoolReader(folder / SPOOL_FOLDER, identities=vault.keys.intake_identities())
    guard = ClockGuard(vault=vault, clock=clock, ticks=machine_ticks)
    keeper = Keeper(vault=vault, clock=clock, guard=guard, settings=settings, folder=folder)
    copies = _copies(settings, vault, clock, egress)
    places = (MarkFile(folder / SPOOL_FOLDER), keystore_mark(keystore, vault.keys))
    marks = Marks(vault, clock, places, partial(newest_copy, copies))
    chores = Chores(
        vault=vault,
        clock=clock,
        line=line,
        spool=spool,
        incidents=incidents,
        tag=tag,
        marks=marks,
        guard=guard,
        keep_letters_ms=letters_for(settings.keeping),
    )
    rotating = Rotating(vault=vault, clock=clock, line=line, spool=spool)
    answering = Answering(
        vault=vault,
        clock=clock,
        redactor=redactor,
        drafter=_drafter(settings, vault, egress),
        drafter_kind=settings.model.kind,
        settings=settings,
        facts=facts,
        notify=notifier is not None,
    )
    outbox = Outbox(
        vault=vault,
        gateway=gateway,
        clock=clock,
        account=account,
        status_callback=f"{hook}/status" if settings.carrier.kind is CarrierKind.TWILIO else "",
        spread=SystemRandom().random,
    )
    look_ups = LookUps(vault=vault, gateway=gateway, clock=clock, account=account, spread=SystemRandom().random)
    sweep = Sweep(vault=vault, gateway=gateway, clock=clock, account=account, import_texts=intake.texts)
    eraser = Eraser(vault=vault, clock=clock, spool=spool, line=line, trusted=lambda: guard.look() is None)
    closing = Closing(vault, clock, eraser)
    handlers: dict[JobKind, Handler] = {
        JobKind.ANSWER: closing.instead(answering.answer),
        JobKind.SEND: outbox.send,
        JobKind.LOOK_UP: look_ups.look_up,
        JobKind.NOTIFY: notifier.notify if notifier is not None else _nothing,
        JobKind.REDACT: Redacting(vault=vault, gateway=gateway, clock=clock).redact,
    }
    tokens.hand_over()
    room = Room(vault, clock, Reserve(folder), lambda: DiskFullError.code in worker.health.failing.values())
    worker = Worker(
        vault=vault,
        clock=clock,
        take_in=SpoolImport(vault=vault, spool=spool, intake=intake, line=line, clock=clock, seen=tokens.seen).take_in,
        handlers=handlers,
        chores=(
            Chore("sweep", SWEEP_EVERY, sweep.sweep),
            Chore("room", 5 * SECOND, room.keep),
            Chore("incidents", 5 * SECOND, chores.write_incidents),
            Chore("redact-owed", MINUTE, chores.redact_owed),
            Chore("checkpoint", HOUR, chores.sign_log),
            Chore("log-check", DAY, chores.check_log),
            Chore("erasures", 10 * SECOND, eraser.run),
            Chore("closing", MINUTE, closing.run),
            Chore("log-prune", DAY, partial(guard.when_sure, chores.prune_log)),
            Chore("backup-mark", HOUR, marks.look_at_copy, apart=True),
            Chore("spool", HOUR, partial(guard.when_sure, chores.drop_letters)),
            Chore("spool-check", DAY, chores.check_spool),
            *_copy_chores(copies),
            Chore("keeping", 10 * MINUTE, keeper.chore, apart=True),
            Chore("keys", HOUR, rotating.go_on),
            Chore("carrier-token", 15 * SECOND, tokens.drop_late),
        ),
        gave_up=partial(_gave_up, vault, clock),
    )
    return Parts(
        folder=folder,
        settings=settings,
        vault=vault,
        line=line,
        worker=worker,
        redactor=redactor,
        slot_facts=facts,
        wanted=wanted_destinations(settings),
        phone_line=PhoneLine(line=line, settings=settings, hook=f"{hook}/sms", token=tokens.current),
        tokens=tokens,
        rotating=rotating,
        incidents=incidents,
        deleting=Deleting(Deletion(vault, clock, eraser), closing),
        log_check=chores.log_check,
        marks=marks,
        logbook=LogBook(vault, clock, marks, chores.log_check, partial(worker.again, LOG_BEHIND)),
        copies=copies,
        keeper=keeper,
        room=room,
    )


def _copies(settings: Settings, vault: Vault, clock: Clock, egress: Egress) -> DeskCopies:
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


def _copy_chores(copies: DeskCopies) -> tuple[Chore, ...]:
    """In a thread of their own: a disk may be slow, and a network drive hang."""
    return (
        Chore("epoch", 5 * MINUTE, copies.look_for_others, apart=True),
        Chore("backup", HOUR, copies.backing_up.hourly, apart=True),
        Chore("backup-asked", SECOND, copies.when_asked, apart=True),
        Chore("drill", HOUR, copies.drilling.quarterly, apart=True),
        Chore("backup-age", HOUR, copies.tell_age),
        Chore("person-key-copies", MINUTE, copies.backing_up.persons_everywhere, apart=True),
    )


def _redactor(settings: Settings, vault: Vault, clock: Clock) -> DeskRedactor | None:
    """The redactor, or None when it cannot be loaded: then no model is shown anything, and texts are still taken in."""
    try:
        return DeskRedactor(Redactor.load(), settings, vault)
    except RedactionError:
        with vault.transaction() as tx:
            tx.alerts.raise_(AlertKind.STAFF, "redactor", at=clock.now())
        return None


def _gateway(settings: Settings, egress: Egress, token: Callable[[], str], clock: Clock) -> SmsGateway:
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


def _drafter(settings: Settings, vault: Vault, egress: Egress) -> Drafter:
    if settings.model.kind is ModelKind.OFFLINE:
        return OfflineDrafter()
    return ClaudeDrafter(
        client=egress.client(Purpose.MODEL, limits=MODEL_LIMITS),
        # A local endpoint may want none; the SDK insists on something.
        api_key=held(vault, CredentialName.MODEL_KEY, otherwise="none"),
        base_url=model_base(settings),
        model=settings.model.name or CLAUDE_MODEL,
    )


def _notifier(settings: Settings, vault: Vault, egress: Egress, clock: Clock) -> Notifier | None:
    mail = settings.mail
    if mail is None:
        return None
    password = held(vault, CredentialName.MAIL_PASSWORD)
    login = (lambda: (mail.user, password())) if mail.user else None
    return Notifier(vault, Mailer(mail_account(mail, login), egress=egress, clock=clock), settings.desk.name, clock)


def _nothing(_: Job) -> None:
    """For a job whose part the settings no longer name."""


def _gave_up(vault: Vault, clock: Clock, job: Job, code: str) -> None:
    """A job failed for the last time: somebody must look."""
    at = clock.now()
    with vault.transaction() as tx:
        tx.alerts.raise_(AlertKind.STAFF, "gave-up", subject=job.subject, at=at)
        tx.audit.append(Action.ALERTED, job.subject, actor="desk", at=at, detail={"kind": job.kind.value, "code": code})
        if job.kind is JobKind.ANSWER:
            message = tx.messages.get(MessageId(job.subject))
            tx.messages.settle(message.id, MessageState.HELD)
            tx.people.needs(message.person, Attention.ASKED)
