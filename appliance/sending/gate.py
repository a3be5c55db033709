"""The gate: whether a reply may go to the carrier at this second. Pure: facts in, a decision out.

It is asked inside the transaction that marks the reply `sending`, so that a stop which came a moment ago still holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.sending.pauses import HOUR, MINUTE
from storage.replies import ReplyKind

LATE_AFTER: Final = {ReplyKind.STAFF: 24 * HOUR}
UNATTENDED_LATE_AFTER: Final = 2 * HOUR
# They wrote to us; that is the consent for an answer, and it does not last for ever.
PURPOSE_LASTS: Final = {ReplyKind.STAFF: 30 * 24 * HOUR}
UNATTENDED_PURPOSE_LASTS: Final = 24 * HOUR
PERSON_IN_AN_HOUR: Final = 30
PERSON_UNATTENDED_IN_AN_HOUR: Final = 6
DESK_IN_AN_HOUR: Final = 200
DESK_PAUSE: Final = 2 * MINUTE
BARRED_PAUSE: Final = MINUTE
SUPERSEDED: Final = "superseded"
LOOP_WINDOW: Final = 10 * MINUTE
LOOP_EXCHANGES: Final = 4
LOOP_SAME_TEXT: Final = 2


@dataclass(frozen=True, slots=True)
class Handed:
    """A reply that went to the carrier: when, why, and a digest that tells equal words."""

    at: int
    kind: ReplyKind
    digest: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that came in."""

    at: int
    digest: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the gate looks at. `handed` and `heard` are of this person and of the last hour at least."""

    now: int
    kind: ReplyKind
    created_at: int
    digest: str
    suppressed: bool
    wrote_at: int | None
    """When the message that this answers came in, or the person's last one where staff wrote first."""
    robot: bool
    handed: tuple[Handed, ...]
    heard: tuple[Heard, ...]
    desk_in_hour: int
    barred: str = ""
    """Why this machine must not send at all: `superseded` by another one, or `restored` and the old one may be on."""

    @property
    def unattended(self) -> bool:
        """Whether no person stands behind this reply."""
        return self.kind is not ReplyKind.STAFF


@dataclass(frozen=True, slots=True)
class Go:
    """Hand it over."""


@dataclass(frozen=True, slots=True)
class Later:
    """Ask again at that time."""

    until: int
    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never. Staff are told unless they could do nothing about it."""

    reason: str
    tell_staff: bool = True


Decision = Go | Later | Refuse


def ask(facts: Facts) -> Decision:
    """The first rule that speaks decides; where none does, it goes."""
    for rule in RULES:
        decision = rule(facts)
        if decision is not None:
            return decision
    return Go()


def _stop(facts: Facts) -> Decision | None:
    """A stop is a stop, for every kind of reply. An automatic one just stays away."""
    return Refuse("suppressed", tell_staff=not facts.unattended) if facts.suppressed else None


def _barred(facts: Facts) -> Decision | None:
    """Two machines with one desk must not both answer. Restored: it waits for the owner's word, or until it is late."""
    if facts.barred == SUPERSEDED:
        return Refuse(SUPERSEDED, tell_staff=False)
    return Later(facts.now + BARRED_PAUSE, facts.barred) if facts.barred else None


def _purpose(facts: Facts) -> Decision | None:
    """Only who wrote to us is written to, and not for ever after."""
    lasts = PURPOSE_LASTS.get(facts.kind, UNATTENDED_PURPOSE_LASTS)
    if facts.wrote_at is None or facts.now - facts.wrote_at > lasts:
        return Refuse("purpose")
    return None


def _late(facts: Facts) -> Decision | None:
    """What waited too long (a carrier that was down, a machine that slept) is not sent as if it were fresh."""
    late = facts.now - facts.created_at > LATE_AFTER.get(facts.kind, UNATTENDED_LATE_AFTER)
    return Refuse("late") if late else None


def _loop(facts: Facts) -> Decision | None:
    """Two machines that answer each other. The emergency reply stops only at the count of exchanges."""
    if not facts.unattended:
        return None
    since = facts.now - LOOP_WINDOW
    ours = [one for one in facts.handed if one.kind is not ReplyKind.STAFF and one.at > since]
    if len(ours) >= LOOP_EXCHANGES:
        return Refuse("loop")
    if facts.kind is ReplyKind.EMERGENCY:
        return None
    theirs = [one.digest for one in facts.heard if one.at > since]
    echoed = any(one.digest in theirs for one in ours)
    repeating = sum(one.digest == facts.digest for one in ours) >= LOOP_SAME_TEXT
    repeated = any(theirs.count(digest) > LOOP_SAME_TEXT for digest in theirs)
    return Refuse("loop") if facts.robot or echoed or repeating or repeated else None


def _person_rate(facts: Facts) -> Decision | None:
    """Nobody is flooded; the emergency reply is never held back by what went before."""
    in_hour = [one for one in facts.handed if one.at > facts.now - HOUR]
    unattended = [one for one in in_hour if one.kind is not ReplyKind.STAFF]
    if facts.kind is ReplyKind.EMERGENCY:
        return None
    if len(in_hour) >= PERSON_IN_AN_HOUR or (facts.unattended and len(unattended) >= PERSON_UNATTENDED_IN_AN_HOUR):
        return Refuse("rate-person")
    return None


def _desk_rate(facts: Facts) -> Decision | None:
    """A fault of ours must not become a thousand texts. It waits, then goes or is late."""
    if facts.kind is not ReplyKind.EMERGENCY and facts.desk_in_hour >= DESK_IN_AN_HOUR:
        return Later(facts.now + DESK_PAUSE, "rate-desk")
    return None


RULES: Final[tuple[Callable[[Facts], Decision | None], ...]] = (
    _stop, _barred, _purpose, _late, _loop, _person_rate, _desk_rate,
)  # fmt: skip
