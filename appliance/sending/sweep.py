"""The sweep: the carrier's list against ours. What the door never got is imported, what no callback told is heeded,
and replies that stand still without a job get one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.gateways.clock import Clock
from appliance.gateways.sms import CarrierText, Direction, SmsGateway
from appliance.intake.receive import Arrived, Imported
from appliance.sending.follow import ACTOR
from appliance.sending.outcome import missing
from appliance.sending.pauses import HOUR, MINUTE
from appliance.sending.status import heed
from storage.audit.leaf import Action
from storage.jobs import JobKind
from storage.meta import Meta
from storage.replies import ReplyState
from storage.vault import Transaction, Vault

# Texts younger than this are on their way by the door.
GRACE: Final = MINUTE
# Each sweep looks back further than the last one ended: the carrier's list may show a text late, and delivery goes on.
OVERLAP: Final = HOUR
# A reply that stood still for so long has lost its job (its worker gave up); one unknown for longer stays so.
STANDING: Final = 10 * MINUTE
LOOKED_FOR: Final = 24 * HOUR
# A desk that slept longer than this asks its owner to look at the carrier's own page.
FURTHEST: Final = 7 * 24 * HOUR


class ImportTexts(Protocol):
    """Intake's way in for texts that did not come by the door."""

    def __call__(self, texts: Iterable[Arrived], *, now: int) -> Imported: ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found."""

    imported: int
    moved: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """Compares the carrier's list with ours, at start, on wake and every ten minutes."""

    vault: Vault
    gateway: SmsGateway
    clock: Clock
    account: str
    import_texts: ImportTexts

    def sweep(self) -> Swept:
        """A chore. Raises CarrierError or EgressRefused when the list cannot be read; the next then looks as far."""
        started = self.clock.now()
        since = self._since(started)
        with crossing(Purpose.SMS):
            came = self.gateway.list_texts(Direction.IN, since=since)
            went = self.gateway.list_texts(Direction.OUT, since=since)
        imported = self._import(came, started)
        moved = self._heed(went)
        with self.vault.transaction() as tx:
            tx.meta.put(Meta.LAST_SWEEP, started)
            _take_up(tx, started)
            # Most sweeps find nothing; a leaf for each would bury the ones that matter.
            if imported or moved:
                detail = {"imported": imported, "moved": moved}
                tx.audit.append(Action.SWEPT, actor=ACTOR, at=self.clock.now(), detail=detail)
        return Swept(imported, moved)

    def _since(self, now: int) -> int:
        with self.vault.look() as tx:
            last = tx.meta.number(Meta.LAST_SWEEP, now)
        # The first sweep of a desk looks back no further than the overlap: what came before was not for it.
        return max(last - OVERLAP, now - FURTHEST)

    def _import(self, came: tuple[CarrierText, ...], now: int) -> int:
        with self.vault.look() as tx:
            known = tx.messages.known(self.account, [text.provider_id for text in came])
        lost = missing(came, known=known, until=now - GRACE)
        if not lost:
            return 0
        return self.import_texts(self._arrived(lost), now=now).messages

    def _arrived(self, texts: Iterable[CarrierText]) -> list[Arrived]:
        return [
            Arrived(
                arrival=0,
                account=self.account,
                provider_id=text.provider_id,
                sender=text.sender,
                body=text.body,
                received=text.created_at,
            )
            for text in texts
        ]

    def _heed(self, went: tuple[CarrierText, ...]) -> int:
        moved = 0
        with self.vault.transaction() as tx:
            for text in went:
                reply = tx.replies.by_provider_id(self.account, text.provider_id)
                if reply is not None:
                    moved += heed(tx, reply, text.status, text.error_code, at=self.clock.now())
        return moved


def _take_up(tx: Transaction, now: int) -> None:
    """A job for each reply that stands still. One that has its job keeps it: the same job twice is one job."""
    jobs = {ReplyState.QUEUED: JobKind.SEND, ReplyState.SENDING: JobKind.SEND, ReplyState.UNKNOWN: JobKind.LOOK_UP}
    for reply in tx.replies.in_state(*jobs):
        looked_for = reply.state is not ReplyState.UNKNOWN or reply.created_at > now - LOOKED_FOR
        if reply.state_at < now - STANDING and looked_for:
            tx.jobs.add(jobs[reply.state], reply.id, due=now, at=now)
