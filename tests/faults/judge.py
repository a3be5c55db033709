"""What must be true of a desk's folder once it was opened again, whatever was done to it: in this process, for speed.

`test_black_box.py` asks the same of the real processes, by HTTP and commands alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from appliance.answering.handle import Answering
from appliance.answering.offline import OfflineDrafter
from appliance.gateways.sms import Direction
from appliance.intake.health_tag import keep_body
from appliance.intake.receive import Intake
from appliance.opening.store import open_vault, vault_of
from appliance.playbook.slots import slot_facts
from appliance.redaction.redactor import Redactor
from appliance.sending.look_up import LookUps
from appliance.sending.send import Outbox
from appliance.sending.status import read_status
from appliance.settings.read import read_settings
from appliance.settings.values import ModelKind
from appliance.worker import Handler
from storage.errors import StorageError
from storage.integrity import faults_in
from storage.jobs import JobKind
from storage.keys.opened import OpenKeys
from storage.keys.reading import open_by_root
from storage.keys.secret import SecretBytes
from storage.meta import Meta
from storage.replies import ReplyState, SentReply
from storage.sample import keyless, sealed_values
from storage.spool.reader import SpoolReader
from storage.spool.writer import SpoolWriter
from storage.vault import Transaction, Vault
from storage.wal import wal_fault
from tests.canaries import sightings
from tests.standins.clock import FixedClock
from tests.standins.phone_company import PhoneCompany
from tests.standins.signed import ACCOUNT

SECOND = 1_000
MINUTE = 60 * SECOND
# Tries again, looks in the carrier's list, gives up looking.
_PAUSES = (0, 20 * SECOND, 90 * SECOND, 25 * MINUTE, 120 * MINUTE)
_UNSETTLED = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Ack:
    """A text that was answered 200."""

    sid: str
    sender: str


@dataclass(frozen=True, slots=True)
class Created:
    """A reply that the carrier made."""

    sid: str
    to: str
    body: str
    at: int


@dataclass
class Known:
    """What outsiders know at one point of the records."""

    acknowledged: list[Ack] = field(default_factory=list)
    created: list[Created] = field(default_factory=list)
    checkpoints: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def learn(self, word: str) -> None:
        """A mark: `ack sid sender`, `created sid to at body`, `checkpoint text`, `erased number`."""
        kind, _, rest = word.partition(" ")
        if kind == "ack":
            self.acknowledged.append(Ack(*rest.split(" ")))
        elif kind == "created":
            sid, to, at, body = rest.split(" ", 3)
            self.created.append(Created(sid, to, body, int(at)))
        elif kind == "checkpoint":
            self.checkpoints.append(rest)
        elif kind == "erased":
            self.erased.append(rest)


class Keys:
    """Opens keyrings: by a root key known already, where one fits, since the passphrase costs a tenth of a second."""

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase
        self._roots: list[SecretBytes] = []

    def open(self, folder: Path) -> OpenKeys:
        for root in self._roots:
            with suppress(StorageError):
                return open_by_root(folder, root, desk=folder.name)
        vault = open_vault(folder, SecretBytes(self._passphrase.encode()))
        self._roots.append(SecretBytes(vault.keys.root.reveal()))
        vault.close()
        return open_by_root(folder, self._roots[-1], desk=folder.name)


@dataclass(frozen=True, slots=True)
class Judge:
    """What a verdict needs."""

    keys: Keys
    now: int
    canary: str = ""
    answers: bool = True
    """Also let the evening answer what waits, which takes as long as all the rest."""
    also: Callable[[Vault, Path], list[str]] = lambda _vault, _folder: []
    """What only this kind of state can be asked, at the end."""

    def faults(self, folder: Path, known: Known) -> list[str]:
        """Everything that is wrong, in words."""
        found = [fault for name in ("desk.db", "persons.db") if (fault := wal_fault(folder / name))]
        with self.opened(folder) as (vault, spool):
            found += [f"spool: {one.fault}" for one in spool.check() if not one.harmless]
            clock = FixedClock(self.now)
            carrier = PhoneCompany(clock)
            for one in known.created:
                carrier.add(one.sid, one.to, one.body, at=one.at)
            _Evening(vault, spool, clock, carrier, folder, self.answers).go_on()
            with vault.look() as tx:
                found += list(_wrong_with_texts(tx, vault, known))
                found += list(_wrong_with_replies(tx, vault, carrier, known.erased))
                found += _wrong_with_log(tx, vault, known.checkpoints)
            found += self._within(folder, vault)
            found += self.also(vault, folder)
        return found

    @contextmanager
    def opened(self, folder: Path) -> Iterator[tuple[Vault, SpoolReader]]:
        """As the door and the core open it."""
        vault = vault_of(folder, self.keys.open(folder), alone=FixedClock(self.now))
        try:
            SpoolWriter(folder / "spool", recipient=vault.keys.intake_recipient).close()
            yield vault, SpoolReader(folder / "spool", identities=vault.keys.intake_identities())
        finally:
            vault.close()

    def _within(self, folder: Path, vault: Vault) -> list[str]:
        """Every page, every sealed value; words in the clear."""
        found = [f"{name}: {fault}" for name, engine in vault.engines() for fault in faults_in(engine)]
        found += [f"no key: {person}" for person in keyless(vault)]
        for sealed in sealed_values(vault, full=True):
            try:
                vault.prove(sealed)
            except StorageError as error:
                found.append(f"{sealed.table}.{sealed.column}: {error.code}")
        if self.canary:
            found += [f"in the clear: {place}" for place in sightings(folder, [self.canary])]
        return found


@dataclass(frozen=True, slots=True)
class _Evening:
    """The rest of the evening, without threads: what waits is imported, answered, sent and looked up."""

    vault: Vault
    spool: SpoolReader
    clock: FixedClock
    carrier: PhoneCompany
    folder: Path
    answers: bool

    def go_on(self) -> None:
        self._import()
        with self.vault.transaction() as tx:
            tx.jobs.release_all()
        for pause in _PAUSES:
            self.clock.advance(pause)
            self._work()
            with self.vault.look() as tx:
                if not tx.replies.in_state(*_UNSETTLED):
                    break

    def _import(self) -> None:
        with self.vault.look() as tx:
            mark = tx.meta.number(Meta.SPOOL_SEQUENCE)
        letters = self.spool.read_after(mark, 100_000)
        if letters:
            self._intake().letters([(one.sequence, one.letter) for one in letters], now=self.clock.now())
            self.spool.note_taken(letters[-1].sequence)

    def _intake(self) -> Intake:
        return Intake(vault=self.vault, tag=keep_body, checks=lambda _: True, read_status=read_status, notify=False)

    def _work(self) -> None:
        handlers = self._handlers()
        while True:
            with self.vault.transaction() as tx:
                jobs = tx.jobs.lease(tuple(handlers), now=self.clock.now(), for_ms=1000)
            if not jobs:
                return
            for job in jobs:
                again = handlers[job.kind](job)
                with self.vault.transaction() as tx:
                    if again is None:
                        tx.jobs.finish(job.id)
                    else:
                        tx.jobs.again(job.id, due=again, at=self.clock.now())

    def _handlers(self) -> dict[JobKind, Handler]:
        outbox = Outbox(
            vault=self.vault, gateway=self.carrier, clock=self.clock, account=ACCOUNT, status_callback="", spread=_half
        )
        looks = LookUps(vault=self.vault, gateway=self.carrier, clock=self.clock, account=ACCOUNT, spread=_half)
        handlers: dict[JobKind, Handler] = {JobKind.SEND: outbox.send, JobKind.LOOK_UP: looks.look_up}
        if self.answers:
            handlers[JobKind.ANSWER] = self._answering().answer
        return handlers

    def _answering(self) -> Answering:
        settings = read_settings(self.folder / "settings.toml")
        return Answering(
            vault=self.vault,
            clock=self.clock,
            redactor=_redactor(),
            drafter=OfflineDrafter(),
            drafter_kind=ModelKind.OFFLINE,
            settings=settings,
            facts=slot_facts(settings),
            notify=False,
        )


def evening_of(vault: Vault, spool: SpoolReader, clock: FixedClock, carrier: PhoneCompany, folder: Path) -> _Evening:
    """All that follows from the letters in the spool."""
    return _Evening(vault, spool, clock, carrier, folder, answers=True)


def _half() -> float:
    return 0.5


@cache
def _redactor() -> Redactor:
    return Redactor.load()


def _wrong_with_texts(tx: Transaction, vault: Vault, known: Known) -> Iterator[str]:
    stored = tx.messages.known(ACCOUNT, [ack.sid for ack in known.acknowledged])
    acknowledged = [ack for ack in known.acknowledged if ack.sender not in known.erased]
    yield from (f"lost: {ack.sid}" for ack in acknowledged if ack.sid not in stored)
    yield from (f"still here: {number}" for number in known.erased if tx.people.find(vault.number_index(number)))
    arrivals: dict[str, int] = {}
    for ack in acknowledged:
        message = tx.messages.by_provider_id(ACCOUNT, ack.sid)
        if message is None:
            continue
        if message.arrival < arrivals.get(message.person, 0):
            yield f"out of order: {ack.sid}"
        arrivals[message.person] = message.arrival


def _wrong_with_replies(tx: Transaction, vault: Vault, carrier: PhoneCompany, erased: Sequence[str]) -> Iterator[str]:
    """Each text that the carrier made is one reply of ours, or a reply that a person was told of stands for it."""
    # What was sent to somebody who is erased leads nowhere any more.
    made = [text for text in carrier.texts if text.direction is Direction.OUT and text.to not in erased]
    of_us = tx.replies.in_state(*ReplyState)
    claimed = {one.provider_id: one for one in of_us if one.provider_id}
    told = {alert.subject for alert in tx.alerts.unseen(limit=10_000) if alert.code == "unsent"}
    unclear: Counter[str] = Counter(one.person for one in of_us if one.state is ReplyState.UNKNOWN)
    stuck = [one for one in of_us if one.state in {ReplyState.QUEUED, ReplyState.SENDING}]
    yield from (f"never settled: {one.id} {one.state}" for one in stuck)
    yield from (f"unknown and nobody told: {one.id}" for one in of_us if _is_hidden(one, told))
    for text in made:
        if text.provider_id in claimed:
            continue
        person = tx.people.find(vault.number_index(text.to))
        if person is None or not unclear[person.id]:
            yield f"made at the carrier, unknown here: {text.provider_id}"
        else:
            unclear[person.id] -= 1
    twice = Counter(one.message for one in of_us if one.message and one.approved_by is None)
    yield from (f"two replies to one message: {message}" for message, times in twice.items() if times > 1)


def _is_hidden(reply: SentReply, told: set[str]) -> bool:
    return reply.state is ReplyState.UNKNOWN and reply.person not in told


def _wrong_with_log(tx: Transaction, vault: Vault, checkpoints: Sequence[str]) -> list[str]:
    try:
        tx.audit.check(*vault.keys.audit_public_keys(), trusted=tuple(checkpoints))
    except StorageError as error:
        return [f"log: {error.sentence}"]
    return []
