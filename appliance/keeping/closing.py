"""Closing a desk: fourteen days to change one's mind, then no person key is left. The log stays.

While the term runs texts are taken in and kept, nothing is answered by itself, and staff may still write to people.
When it is over everybody is erased as erasing.py does it, with the marks of who wanted no more texts; what the door
takes after that is dropped unread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.erasing import ACTOR, DAY_MS, Eraser, ask
from appliance.keeping.record import moment
from appliance.views.closing import ClosingShown
from appliance.views.refusals import NotPossible
from storage.audit.certificate import certify
from storage.audit.leaf import Action
from storage.jobs import Job
from storage.messages import MessageId, MessageState
from storage.meta import Meta
from storage.people import Attention
from storage.vault import Vault

TERM_DAYS: Final = 14
WHAT: Final = "closing"
Handler = Callable[[Job], int | None]
_EXPLAINED: Final = (
    "# Every person key of this desk was destroyed. Nothing that anybody wrote to it can be opened any more, here or",
    "# in a copy. Times and counts are kept, under random ids that lead back to nobody, and the log.",
)


@dataclass(frozen=True, slots=True)
class Closing:
    """The verbs."""

    vault: Vault
    clock: Clock
    eraser: Eraser

    def shown(self) -> ClosingShown:
        """Where it stands."""
        with self.vault.look() as tx:
            asked, closed = tx.meta.number(Meta.CLOSING), tx.meta.number(Meta.CLOSED)
            people = len(tx.people.everybody_here())
        closes = asked + TERM_DAYS * DAY_MS if asked else None
        return ClosingShown(asked or None, closes, closed or None, people)

    def ask(self, *, by: str) -> ClosingShown:
        """Begin the term. Asked again, it goes on as it began. Raises NotPossible for a closed desk."""
        at = self.clock.now()
        with self.vault.transaction() as tx:
            if tx.meta.number(Meta.CLOSED):
                raise NotPossible("This desk is closed already.")
            if not tx.meta.number(Meta.CLOSING):
                tx.meta.put(Meta.CLOSING, at)
                detail = {"closes_at": at + TERM_DAYS * DAY_MS}
                tx.audit.append(Action.CLOSING, actor=by, at=at, detail=detail)
        return self.shown()

    def reopen(self, *, by: str) -> ClosingShown:
        """As if nobody had asked. Raises NotPossible when it is over, or was never asked."""
        at = self.clock.now()
        with self.vault.transaction() as tx:
            asked = tx.meta.number(Meta.CLOSING)
            if not asked or tx.meta.number(Meta.CLOSED) or at >= asked + TERM_DAYS * DAY_MS:
                raise NotPossible(
                    "This desk is not being closed." if not asked else "The time to change your mind is over."
                )
            tx.meta.remove(Meta.CLOSING)
            tx.audit.append(Action.REOPENED, actor=by, at=at)
        return self.shown()

    def run(self) -> None:
        """A chore: close for good when the term is over. Cut off anywhere, the next time goes on."""
        shown, at = self.shown(), self.clock.now()
        if shown.closes_at is None or at < shown.closes_at:
            return
        if shown.closed_at is None:
            if self.eraser.trusted():
                self._close()
        elif shown.people:
            self._erase_everybody()

    def instead(self, answer: Handler) -> Handler:
        """While the term runs nothing is answered by itself: the text is kept and shown to staff."""

        def held(job: Job) -> int | None:
            with self.vault.look() as tx:
                closing = tx.meta.number(Meta.CLOSING)
            if not closing:
                return answer(job)
            with self.vault.transaction() as tx:
                message = tx.messages.get(MessageId(job.subject))
                tx.messages.settle(message.id, MessageState.HELD)
                tx.people.needs(message.person, Attention.ASKED)
            return None

        return held

    def certificate(self) -> str:
        """That it was closed. Raises NotPossible before."""
        now, keys = self.clock.now(), self.vault.keys
        with self.vault.reading() as tx:
            if not (closed := tx.meta.number(Meta.CLOSED)):
                raise NotPossible("This desk is not closed, so there is nothing to certify.")
            facts = [
                f"desk {keys.desk}",
                f"asked {moment(tx.meta.number(Meta.CLOSING))}",
                f"closed {moment(closed)}",
                f"as-of {moment(now)}",
                f"people {tx.people.count()}",
                f"person-keys left {self.vault.person_keys.count()}",
                *_EXPLAINED,
            ]
            leaf, older = tx.meta.number(Meta.CLOSED_LEAF), keys.audit_public_keys()
            return certify(tx.audit, keys.signer(), WHAT, facts, leaf=leaf, now=now, older_keys=older)

    def _close(self) -> None:
        self._erase_everybody()
        at = self.clock.now()
        with self.vault.transaction() as tx:
            # Nobody is texted any more, so nobody has to be spared: the marks would lead back to numbers.
            stops = tx.suppressions.forget_all()
            detail = {"people": tx.people.count(), "stops": stops, "keys": self.vault.person_keys.count()}
            leaf = tx.audit.append(Action.CLOSED, actor=ACTOR, at=at, detail=detail)
            tx.meta.put(Meta.CLOSED, at)
            tx.meta.put(Meta.CLOSED_LEAF, leaf)
        self.vault.empty_logs()

    def _erase_everybody(self) -> None:
        with self.vault.look() as tx:
            people = tx.people.everybody_here()
        ask(people, by=ACTOR, undo_days=0, vault=self.vault, clock=self.clock)
        self.eraser.carry_out()
        self.eraser.settle()
