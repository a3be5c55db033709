"""What follows from a change of state: the leaf, the stop, the alert. Every verb of sending moves replies by it."""

from typing import Final

from appliance.sending.carrier_codes import Treatment, treatment_of
from appliance.sending.states import may_move
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.people import Attention, PersonId
from storage.replies import ReplyState, SentReply
from storage.suppressions import StopSource
from storage.vault import Transaction

ACTOR: Final = "desk"
UNSENT: Final = "unsent"
OUR_ACCOUNT: Final = "carrier-account"
NOT_FOUND: Final = "not-found"

_ACTIONS: Final = {
    ReplyState.SENDING: Action.SENDING,
    ReplyState.SENT: Action.SENT,
    ReplyState.FAILED: Action.SEND_FAILED,
    ReplyState.UNDELIVERED: Action.SEND_FAILED,
    ReplyState.REFUSED: Action.SEND_REFUSED,
}
_FAILED: Final = frozenset({ReplyState.FAILED, ReplyState.UNDELIVERED})


def move(tx: Transaction, reply: SentReply, to: ReplyState, *, at: int, code: str = "") -> bool:
    """Set the state, with its leaf and what follows from a failure. False where there is no such way."""
    if not may_move(reply.state, to):
        return False
    tx.replies.move(reply.id, to, at=at, error_code=code or None)
    detail = {"state": to.value, **_code(code)}
    tx.audit.append(_ACTIONS.get(to, Action.STATUS), reply.id, actor=ACTOR, at=at, detail=detail)
    if to in _FAILED:
        if treatment_of(code) is Treatment.SUPPRESS:
            _stop(tx, reply.person, at)
        needs_person(tx, reply, at=at)
    return True


def needs_person(tx: Transaction, reply: SentReply, *, at: int) -> None:
    """A reply did not reach them, or nobody can tell: it stands at the top of the inbox until somebody looks."""
    tx.people.needs(reply.person, Attention.UNSENT)
    tx.alerts.raise_(AlertKind.STAFF, UNSENT, subject=reply.person, at=at)


def account_trouble(tx: Transaction, *, at: int) -> None:
    """Nothing goes out until the owner mends the desk's account at the carrier."""
    tx.alerts.raise_(AlertKind.STAFF, OUR_ACCOUNT, at=at)


def _stop(tx: Transaction, person: PersonId, at: int) -> None:
    tx.suppressions.stop(tx.people.get(person).number_index, StopSource.CARRIER, at=at)
    tx.audit.append(Action.SUPPRESSED, person, actor=ACTOR, at=at, detail={"source": StopSource.CARRIER.value})


def _code(code: str) -> dict[str, object]:
    """A code as a leaf may hold it: the carrier's as a number, ours as a word."""
    if not code:
        return {}
    return {"carrier_code": int(code)} if code.isascii() and code.isdigit() else {"reason": code}
