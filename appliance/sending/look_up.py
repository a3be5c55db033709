"""Looking up a reply whose outcome is unknown, in the carrier's own list, at growing pauses. It never sends."""

from collections.abc import Callable
from dataclasses import dataclass

from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.errors import EgressRefused, PermanentError, TransientError
from appliance.gateways.clock import Clock
from appliance.gateways.sms import CarrierText, Direction, SmsGateway
from appliance.sending import pauses
from appliance.sending.follow import ACTOR, NOT_FOUND, move, needs_person
from appliance.sending.outcome import CLOCKS_APART, Ambiguous, Found, NotThere, Sought, find
from appliance.sending.states import told
from storage.audit.leaf import Action
from storage.jobs import Job
from storage.reading import Reading, Shown
from storage.replies import ReplyId, ReplyState, SentReply
from storage.vault import Transaction, Vault


@dataclass(frozen=True, slots=True)
class LookUps:
    """Finds out what became of replies. `spread` draws a number from 0 to 1."""

    vault: Vault
    gateway: SmsGateway
    clock: Clock
    account: str
    spread: Callable[[], float]

    def look_up(self, job: Job) -> int | None:
        """A job's handler: when to look again, or None when it is settled or a person must look."""
        with self.vault.transaction() as tx:
            reply = tx.replies.get(ReplyId(job.subject))
            if reply.state is not ReplyState.UNKNOWN:
                return None
            number = tx.people.get(reply.person).number
            words = tx.readings.open(Reading(ACTOR, Shown.SENDING, self.clock.now()), [reply.body, number])
        sought = Sought(words[number].text, words[reply.body], reply.sending_at or reply.state_at)
        again = self.clock.now() + pauses.look_again(job.attempts, spread=self.spread())
        try:
            with crossing(Purpose.SMS, person=reply.person, run=reply.run):
                theirs = self.gateway.list_texts(Direction.OUT, since=sought.sending_at - CLOCKS_APART, other=sought.to)
        except (TransientError, PermanentError, EgressRefused):
            return again  # a list that cannot be read says nothing about what is in it
        return self._settled(reply, sought, theirs, again)

    def _settled(self, reply: SentReply, sought: Sought, theirs: tuple[CarrierText, ...], again: int) -> int | None:
        at = self.clock.now()
        with self.vault.transaction() as tx:
            ids = [text.provider_id for text in theirs]
            claimed = {one for one in ids if tx.replies.by_provider_id(self.account, one) is not None}
            match find(sought, theirs, claimed=claimed):
                case Found(text=text):
                    tx.replies.accepted(reply.id, account=self.account, provider_id=text.provider_id)
                    move(tx, reply, told(reply.state, text.status), at=at, code=text.error_code)
                case NotThere() if at - sought.sending_at < pauses.NOT_THERE_AFTER:
                    return again
                case NotThere():
                    _left_to_a_person(tx, reply, at=at, fitting=0)
                case Ambiguous(count=count):
                    _left_to_a_person(tx, reply, at=at, fitting=count)
        return None


def _left_to_a_person(tx: Transaction, reply: SentReply, *, at: int, fitting: int) -> None:
    """It stays unknown, and in sight: whether to write again is for a person to say. They are told once."""
    if reply.error_code == NOT_FOUND:
        return
    tx.replies.move(reply.id, ReplyState.UNKNOWN, at=at, error_code=NOT_FOUND)
    tx.audit.append(Action.STATUS, reply.id, actor=ACTOR, at=at, detail={"state": "unknown", "fitting": fitting})
    needs_person(tx, reply, at=at)
