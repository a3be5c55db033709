"""The states of a reply and the only ways between them. Every change of state asks here.

    queued ──▶ sending ──▶ sent ──▶ delivered
      ▲  │        │  │       ├────▶ undelivered
      │  ▼        │  ▼       └────▶ failed
      │ refused   │ unknown ──▶ sent, delivered, undelivered, failed   (a look-up found it)
      └───────────┘
     surely not taken: the one way back

What the carrier tells arrives in any order and more than once; it only ever moves a reply forward.
"""

from collections.abc import Mapping
from typing import Final

from appliance.gateways.sms import CarrierStatus
from storage.replies import ReplyState

_ENDS: Final = frozenset({ReplyState.DELIVERED, ReplyState.UNDELIVERED, ReplyState.FAILED})

WAYS: Final[Mapping[ReplyState, frozenset[ReplyState]]] = {
    ReplyState.QUEUED: frozenset({ReplyState.SENDING, ReplyState.REFUSED}),
    ReplyState.SENDING: frozenset({ReplyState.QUEUED, ReplyState.UNKNOWN, ReplyState.SENT}) | _ENDS,
    ReplyState.UNKNOWN: frozenset({ReplyState.SENT}) | _ENDS,
    ReplyState.SENT: _ENDS,
    ReplyState.DELIVERED: frozenset(),
    ReplyState.UNDELIVERED: frozenset(),
    ReplyState.FAILED: frozenset(),
    ReplyState.REFUSED: frozenset(),
}

# Once the carrier has it, it is sent as far as the desk can tell; only its last word says more.
TOLD: Final[Mapping[CarrierStatus, ReplyState]] = {
    CarrierStatus.QUEUED: ReplyState.SENT,
    CarrierStatus.SENDING: ReplyState.SENT,
    CarrierStatus.SENT: ReplyState.SENT,
    CarrierStatus.DELIVERED: ReplyState.DELIVERED,
    CarrierStatus.UNDELIVERED: ReplyState.UNDELIVERED,
    CarrierStatus.FAILED: ReplyState.FAILED,
}

ENDED: Final = frozenset(state for state, onward in WAYS.items() if not onward)


def may_move(now: ReplyState, to: ReplyState) -> bool:
    """Whether there is a way."""
    return to in WAYS[now]


def told(now: ReplyState, status: CarrierStatus) -> ReplyState:
    """Where a reply stands once the carrier has told this. As before, where that is no step forward."""
    to = TOLD.get(status, now)
    return to if may_move(now, to) else now
