"""Intake: letters become messages, a batch in one transaction, each once however often it is delivered.

What costs time or can fail (signature, rules, redaction) is done before the transaction; what is
stored, is stored with its job and its leaf or not at all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from appliance.intake.health_tag import Tagged
from appliance.intake.sort import Sorted, sort_text
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.jobs import JobKind
from storage.letters import Letter, LetterKind
from storage.messages import Message, MessageState, NewMessage
from storage.meta import Meta
from storage.people import Attention, Person, Rest
from storage.plaintext import Plaintext
from storage.suppressions import StopSource
from storage.vault import Transaction, Vault

LATE_AFTER_MS: Final = 30 * 60 * 1000
"""A text that waited longer than this before the desk saw it is not answered as if it were fresh."""

ACTOR: Final = "desk"

EMERGENCIES: Final = {"life": Attention.LIFE, "urgent": Attention.URGENT, "soon": Attention.SOON}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A text as it reached the desk, from the door's spool or from the carrier's list."""

    arrival: int
    account: str
    provider_id: str
    sender: str = field(repr=False)
    body: Plaintext
    received: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text with everything worked out that needs no database."""

    arrived: Arrived
    tagged: Tagged
    sorted: Sorted


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a batch. `answer` are the messages that wait for their run."""

    messages: int = 0
    duplicates: int = 0
    refused: int = 0


Tagger = Callable[[Plaintext], Tagged]
Check = Callable[[Letter], bool]
StatusReader = Callable[[Transaction, Letter, int], None]


@dataclass(frozen=True, slots=True)
class Intake:
    """The parts of intake, and its verbs."""

    vault: Vault
    tag: Tagger
    checks: Check
    """Whether a letter's signature holds; asked for letters the door could not check."""
    read_status: StatusReader
    notify: bool
    """Whether somebody can be told by mail."""

    def letters(self, letters: Sequence[tuple[int, Letter]], *, now: int) -> Imported:
        """Import a batch from the spool, in its order, and move the mark past it."""
        done = Imported()
        prepared = [(number, letter, self._prepared(number, letter)) for number, letter in letters]
        with self.vault.transaction() as tx:
            mark, closed = tx.meta.number(Meta.SPOOL_SEQUENCE), tx.meta.number(Meta.CLOSED)
            for number, letter, ready in prepared:
                # A desk that was closed for good drops what still comes, unread.
                if number > mark and not (letter.struck or closed):
                    done = self._import(tx, letter, ready, done, now)
            tx.meta.put(Meta.SPOOL_SEQUENCE, max([mark, *(number for number, _ in letters)]))
        return done

    def texts(self, texts: Iterable[Arrived], *, now: int) -> Imported:
        """Import what a sweep found at the carrier and the door never saw."""
        done = Imported()
        prepared = [self._worked_out(text) for text in texts]
        with self.vault.transaction() as tx:
            for ready in prepared if not tx.meta.number(Meta.CLOSED) else ():
                done = self._store(tx, ready, done, now)
        return done

    def _prepared(self, number: int, letter: Letter) -> Prepared | None:
        """None for a status letter, and for one whose signature does not hold."""
        if letter.kind is not LetterKind.SMS or not (letter.checked or self.checks(letter)):
            return None
        return self._worked_out(
            Arrived(
                arrival=number,
                account=letter.value("AccountSid") or "",
                provider_id=letter.value("MessageSid") or letter.value("SmsSid") or "",
                sender=letter.value("From") or "",
                body=Plaintext(letter.value("Body") or ""),
                received=letter.received,
            )
        )

    def _worked_out(self, arrived: Arrived) -> Prepared:
        return Prepared(arrived, self.tag(arrived.body), sort_text(arrived.body.text))

    def _import(self, tx: Transaction, letter: Letter, ready: Prepared | None, done: Imported, now: int) -> Imported:
        if ready is not None:
            return self._store(tx, ready, done, now)
        if letter.checked or self.checks(letter):
            self.read_status(tx, letter, now)
            return done
        # The door had no token when it took this one. It was answered 200, and is dropped here.
        tx.alerts.raise_(AlertKind.SECURITY, "forged-letter", at=now)
        tx.audit.append(Action.REFUSED, actor=ACTOR, at=now, detail={"reason": "signature"})
        return replace(done, refused=done.refused + 1)

    def _store(self, tx: Transaction, ready: Prepared, done: Imported, now: int) -> Imported:
        arrived = ready.arrived
        if (known := tx.messages.by_provider_id(arrived.account, arrived.provider_id)) is not None:
            self._again(tx, known, arrived, now)
            return replace(done, duplicates=done.duplicates + 1)
        person = tx.people.find_or_make(Plaintext(arrived.sender), self.vault.number_index(arrived.sender), at=now)
        message = tx.messages.add(self._new(person, ready, now))
        tx.people.wrote(
            person.id,
            at=arrived.received,
            language=message.language,
            late=message.late,
            health=message.original is not None,
        )
        tx.audit.append(
            Action.RECEIVED,
            message.id,
            actor=ACTOR,
            at=now,
            detail={"late": message.late, "redacted": message.redacted, "optout": message.optout},
        )
        self._heed(tx, person, message, ready.sorted, now)
        if arrived.received <= tx.meta.number(Meta.LOST_UNTIL):
            leave_to_a_person(tx, message)
        else:
            tx.jobs.add(JobKind.ANSWER, message.id, due=now, at=now)
        return replace(done, messages=done.messages + 1)

    def _new(self, person: Person, ready: Prepared, now: int) -> NewMessage:
        arrived, found = ready.arrived, ready.sorted
        return NewMessage(
            person=person.id,
            account=arrived.account,
            provider_id=arrived.provider_id,
            body=ready.tagged.body,
            original=ready.tagged.original,
            body_digest=self.vault.digest(arrived.body),
            received_at=arrived.received,
            imported_at=now,
            arrival=arrived.arrival,
            late=now - arrived.received > LATE_AFTER_MS,
            redacted=ready.tagged.redacted,
            optout=found.optout,
            emergency=None if found.emergency is None else found.emergency.value,
            junk=found.junk,
            language=found.language,
        )

    def _again(self, tx: Transaction, known: Message, arrived: Arrived, now: int) -> None:
        # The first one wins: the carrier repeats a delivery, but never with other words.
        if known.body_removed_at is None and known.body_digest != self.vault.digest(arrived.body):
            tx.alerts.raise_(AlertKind.SECURITY, "same-id-other-words", subject=known.person, at=now)
            tx.audit.append(Action.REFUSED, known.id, actor=ACTOR, at=now, detail={"reason": "other-words"})

    def _heed(self, tx: Transaction, person: Person, message: Message, found: Sorted, now: int) -> None:
        """What must hold from this transaction on, whatever the run decides later."""
        if found.optout:
            tx.suppressions.stop(person.number_index, StopSource.TEXT, at=now)
            tx.audit.append(Action.SUPPRESSED, person.id, actor=ACTOR, at=now, detail={"source": "text"})
            tx.messages.settle(message.id, MessageState.IGNORED)
            tx.people.rests(person.id, Rest.STOPPED)
        elif found.optin and tx.suppressions.lift(person.number_index, at=now):
            tx.audit.append(Action.UNSUPPRESSED, person.id, actor=ACTOR, at=now, detail={"source": "text"})
        if found.emergency is not None:
            tx.people.needs(person.id, EMERGENCIES[found.emergency.value])
            tx.alerts.raise_(AlertKind.STAFF, f"emergency-{found.emergency.value}", subject=person.id, at=now)
            if self.notify:
                tx.jobs.add(JobKind.NOTIFY, message.id, due=now, at=now)


def leave_to_a_person(tx: Transaction, message: Message) -> None:
    """It may have been answered in a time that the disk lost, so no machine answers it (keeping/after_loss.py)."""
    if not message.optout:
        tx.messages.settle(message.id, MessageState.HELD)
        tx.people.needs(message.person, Attention.ASKED)
