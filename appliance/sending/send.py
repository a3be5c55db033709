"""Sending one reply: ask the gate, commit `sending`, hand it over once, write down what came of it.

Whatever breaks between the two transactions leaves the reply in `sending`. The job then runs again, finds it there,
and has it looked up: it is never handed over a second time on a guess.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.copies.epochs import barred
from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.errors import EgressRefused, PermanentError, TransientError, UnknownOutcomeError
from appliance.gateways.clock import Clock
from appliance.gateways.sms import OutgoingText, ProviderReceipt, SmsGateway
from appliance.sending import gate, pauses
from appliance.sending.carrier_codes import Treatment, treatment_of
from appliance.sending.follow import ACTOR, account_trouble, move, needs_person
from appliance.sending.robots import sounds_like_a_robot
from appliance.sending.states import told
from storage.jobs import Job, JobKind
from storage.messages import Message, MessageId
from storage.people import Person
from storage.reading import Reading, Shown
from storage.replies import ReplyId, ReplyKind, ReplyState, SentReply
from storage.vault import Transaction, Vault

NEWEST: Final = 50
DAY: Final = 24 * pauses.HOUR
NOT_HANDED: Final = frozenset({ReplyState.QUEUED, ReplyState.REFUSED})


@dataclass(frozen=True, slots=True)
class Taken:
    """A reply that the gate let through, with its state committed as `sending`."""

    reply: SentReply
    text: OutgoingText


@dataclass(frozen=True, slots=True)
class Outbox:
    """Hands replies to the carrier. `spread` draws a number from 0 to 1."""

    vault: Vault
    gateway: SmsGateway
    clock: Clock
    account: str
    status_callback: str
    spread: Callable[[], float]

    def send(self, job: Job) -> int | None:
        """A job's handler: when to do it again, or None when it is settled."""
        taken = self._take(ReplyId(job.subject))
        if not isinstance(taken, Taken):
            return taken
        reply = taken.reply
        try:
            with crossing(Purpose.SMS, person=reply.person, run=reply.run):
                receipt = self.gateway.send(taken.text)
        except TransientError as failure:
            return self._put_back(reply, failure.reason, wish=failure.retry_after)
        except PermanentError as failure:
            return self._turned_down(reply, failure.reason)
        except UnknownOutcomeError as failure:
            self._unclear(reply, failure.reason)
            return None
        except EgressRefused as failure:
            return self._not_allowed(reply, failure.reason)
        self._accepted(reply, receipt)
        return None

    def _take(self, wanted: ReplyId) -> Taken | int | None:
        at = self.clock.now()
        with self.vault.transaction() as tx:
            reply = tx.replies.get(wanted)
            if reply.state is ReplyState.SENDING:
                # A try before this one was cut short between its two transactions. Nobody knows how it ended.
                _look_up(tx, reply, "cut-short", at)
                return None
            if reply.state is not ReplyState.QUEUED:
                return None
            person = tx.people.get(reply.person)
            if person.gone:
                move(tx, reply, ReplyState.REFUSED, at=at, code="deleted")
                return None
            match gate.ask(self._facts(tx, reply, person, at)):
                case gate.Later(until=until):
                    return until
                case gate.Refuse(reason=reason, tell_staff=tell_staff):
                    move(tx, reply, ReplyState.REFUSED, at=at, code=reason)
                    if tell_staff:
                        needs_person(tx, reply, at=at)
                    return None
                case gate.Go():
                    move(tx, reply, ReplyState.SENDING, at=at)
                    text = self._opened(tx, reply, person, at)
                    return Taken(tx.replies.get(reply.id), text)

    def _opened(self, tx: Transaction, reply: SentReply, person: Person, at: int) -> OutgoingText:
        words = tx.readings.open(Reading(ACTOR, Shown.SENDING, at), [reply.body, person.number])
        return OutgoingText(reply.id, words[person.number].text, words[reply.body], self.status_callback)

    def _facts(self, tx: Transaction, reply: SentReply, person: Person, at: int) -> gate.Facts:
        answered = None if reply.message is None else tx.messages.get(MessageId(reply.message))
        since = at - pauses.HOUR
        handed = [one for one in tx.replies.to_person_since(person.id, at - DAY) if _was_handed(one, since, at)]
        heard = [one for one in tx.messages.thread(person.id, limit=NEWEST) if since < one.received_at <= at]
        return gate.Facts(
            now=at,
            kind=reply.kind,
            created_at=reply.created_at,
            digest=reply.body_digest,
            suppressed=tx.suppressions.of(person.number_index) is not None,
            wrote_at=_wrote_at(reply, answered, person),
            robot=_is_a_robots(tx, reply, answered, at),
            handed=tuple(gate.Handed(one.sending_at or 0, one.kind, one.body_digest) for one in handed),
            heard=tuple(gate.Heard(one.received_at, one.body_digest) for one in heard),
            desk_in_hour=tx.replies.handed_over_since(since, until=at),
            barred=barred(tx),
        )

    def _accepted(self, reply: SentReply, receipt: ProviderReceipt) -> None:
        at = self.clock.now()
        with self.vault.transaction() as tx:
            tx.replies.accepted(reply.id, account=self.account, provider_id=receipt.provider_id)
            move(tx, reply, told(reply.state, receipt.status), at=at)

    def _put_back(self, reply: SentReply, reason: str, *, wish: int | None = None) -> int | None:
        at = self.clock.now()
        pause = pauses.try_again(reply.attempts, wish=wish, spread=self.spread())
        with self.vault.transaction() as tx:
            if pause is None:
                move(tx, reply, ReplyState.FAILED, at=at, code=reason)
                return None
            move(tx, reply, ReplyState.QUEUED, at=at, code=reason)
        return at + pause

    def _turned_down(self, reply: SentReply, code: str) -> int | None:
        treatment, at = treatment_of(code), self.clock.now()
        if treatment is Treatment.TRY_AGAIN:
            return self._put_back(reply, code)
        with self.vault.transaction() as tx:
            if treatment is not Treatment.OUR_ACCOUNT:
                move(tx, reply, ReplyState.FAILED, at=at, code=code)
                return None
            move(tx, reply, ReplyState.QUEUED, at=at, code=code)
            account_trouble(tx, at=at)
        return at + pauses.OUR_ACCOUNT

    def _unclear(self, reply: SentReply, reason: str) -> None:
        with self.vault.transaction() as tx:
            _look_up(tx, reply, reason, self.clock.now())

    def _not_allowed(self, reply: SentReply, reason: str) -> int:
        # Nothing left. Egress has told the security event; the reply waits for a permission, or until it is late.
        at = self.clock.now()
        with self.vault.transaction() as tx:
            move(tx, reply, ReplyState.QUEUED, at=at, code=reason)
        return at + pauses.OUR_ACCOUNT


def _look_up(tx: Transaction, reply: SentReply, reason: str, at: int) -> None:
    move(tx, reply, ReplyState.UNKNOWN, at=at, code=reason)
    tx.jobs.add(JobKind.LOOK_UP, reply.id, due=at + pauses.FIRST_LOOK, at=at)


def _was_handed(reply: SentReply, since: int, at: int) -> bool:
    # What was handed over at a time that is still to come, before the clock was set back, would else count for days.
    return reply.sending_at is not None and since < reply.sending_at <= at and reply.state not in NOT_HANDED


def _wrote_at(reply: SentReply, answered: Message | None, person: Person) -> int | None:
    if answered is not None and reply.kind is not ReplyKind.STAFF:
        return answered.received_at
    return person.last_at if reply.kind is ReplyKind.STAFF else None


def _is_a_robots(tx: Transaction, reply: SentReply, answered: Message | None, at: int) -> bool:
    if answered is None or reply.kind in {ReplyKind.STAFF, ReplyKind.EMERGENCY}:
        return False
    return sounds_like_a_robot(tx.readings.one(Reading(ACTOR, Shown.SENDING, at), answered.body).text)
