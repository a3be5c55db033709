"""The parts of an open desk: each is built once, from its settings and its keys, and handed what it may use."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import Final

from appliance.answering.handle import Answering
from appliance.chores import DAY, HOUR, MINUTE, SECOND, Chores, LogCheck
from appliance.copies.desk_copies import DeskCopies
from appliance.destinations import wanted_destinations
from appliance.egress.barrier import Barrier
from appliance.folders import SPOOL_FOLDER
from appliance.gateways.clock import Clock, machine_ticks
from appliance.gateways.keystore import Keystore
from appliance.incidents import Incidents
from appliance.intake.health_tag import keep_body, tag_body
from appliance.intake.import_spool import SpoolImport
from appliance.intake.receive import Intake, Tagger
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
from appliance.keeping.upgrades import Upgrades
from appliance.keyholding.credentials import CarrierTokens
from appliance.keyholding.rotating import Rotating
from appliance.line import Line
from appliance.opening.outside import copies_for, drafter_for, egress_for, gateway_for, notifier_for
from appliance.playbook.hiding import DeskRedactor
from appliance.playbook.slots import SlotFacts, slot_facts
from appliance.redaction.errors import RedactionError
from appliance.redaction.redactor import Redactor
from appliance.room import Room
from appliance.searching.indexing import Indexing
from appliance.sending.look_up import LookUps
from appliance.sending.send import Outbox
from appliance.sending.status import read_status
from appliance.sending.sweep import Sweep
from appliance.settings.values import CarrierKind, Settings
from appliance.staff.deletions import Deleting
from appliance.staff.outside import Wanted
from appliance.staff.phone import PhoneLine
from appliance.worker import Chore, Handler, Worker
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.audit.mark_file import MarkFile
from storage.errors import DiskFullError
from storage.jobs import Job, JobKind
from storage.messages import MessageId, MessageState
from storage.people import Attention
from storage.reserve import Reserve
from storage.spool.reader import SpoolReader
from storage.vault import Vault

SWEEP_EVERY: Final = 10 * MINUTE


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
    egress = egress_for(vault, clock, barrier, incidents.refused)
    redactor = _redactor(settings, vault, clock)
    tag: Tagger = partial(tag_body, redactor=redactor) if settings.tags_health else keep_body
    tokens = CarrierTokens(vault=vault, clock=clock, line=line)
    gateway = gateway_for(settings, egress, tokens.current, clock)
    facts = slot_facts(settings)
    notifier = notifier_for(settings, vault, egress, clock)
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
    keeper = Keeper(vault, clock, guard, settings, folder, gone=vault.search_index.removing)
    copies = copies_for(settings, vault, clock, egress)
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
        drafter=drafter_for(settings, vault, egress),
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
    eraser = Eraser(vault, clock, spool, line, trusted=lambda: guard.look() is None, forget=vault.search_index.forget)
    closing = Closing(vault, clock, eraser)
    handlers: dict[JobKind, Handler] = {
        JobKind.ANSWER: closing.instead(answering.answer),
        JobKind.SEND: outbox.send,
        JobKind.LOOK_UP: look_ups.look_up,
        JobKind.NOTIFY: notifier.notify if notifier is not None else _nothing,
        JobKind.REDACT: Redacting(vault=vault, gateway=gateway, clock=clock).redact,
    }
    tokens.hand_over()
    full = DiskFullError.code
    room = Room(
        vault, clock, Reserve(folder), lambda: full in worker.health.failing.values(), lambda: worker.again(full)
    )
    worker = Worker(
        vault=vault,
        clock=clock,
        take_in=SpoolImport(vault=vault, spool=spool, intake=intake, line=line, clock=clock, seen=tokens.seen).take_in,
        handlers=handlers,
        chores=(
            Chore("sweep", SWEEP_EVERY, sweep.sweep),
            Chore("room", 5 * SECOND, room.keep),
            Chore("clock", 5 * SECOND, chores.follow_clock),
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
            Chore("upgrade", HOUR, Upgrades(vault, clock, guard).tidy),
            Chore("keys", HOUR, rotating.go_on),
            Chore("search", 2 * SECOND, Indexing(vault, clock).run, alone=True),
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
