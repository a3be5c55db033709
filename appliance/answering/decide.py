"""The decision: what becomes of one message. Pure: facts, a proposal or none, and the answers as they would be sent.

What goes out without a person is one of the owner's approved answers, rendered by code, or nothing. A proposal can
name one of them and can make a thread more urgent; it can do nothing else. An answer that only says "we got it" is
sent while the thread waits for a person, so that nobody is promised an answer that nobody owes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from appliance.answering.guard import guard_answer
from appliance.answering.prompt import CODE_CHOSEN, SETTLED
from appliance.answering.proposal import Intent, Proposal, Urgency
from appliance.answering.render import Rendered
from storage.answers import Answer, AnswerId, Topic
from storage.people import Attention
from storage.replies import ReplyKind

HOLDING_AGAIN_MS: Final = 6 * 60 * 60 * 1000
"""A thread gets the holding reply once in this time, however often it is written to."""

_ESCALATIONS: Final = {"life": (Attention.LIFE, Topic.EMERGENCY), "urgent": (Attention.URGENT, Topic.URGENT)}
_KINDS: Final = {Topic.HOLDING: ReplyKind.HOLDING, Topic.EMERGENCY: ReplyKind.EMERGENCY}


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules and store say of a message. `holding_at` is when the thread last got the holding reply."""

    now: int
    emergency: str | None = None
    junk: bool = False
    optin: bool = False
    help: bool = False
    late: bool = False
    suppressed: bool = False
    unattended: bool = True
    holding_at: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """An approved answer, as code rendered it for this moment and language."""

    answer: Answer
    rendered: Rendered

    @property
    def sendable(self) -> bool:
        """Whether it may go out without a person: the owner said so, every slot is filled, the guard finds no fault."""
        allowed = self.answer.approved and self.answer.unattended and not self.rendered.unfilled
        return allowed and not guard_answer(self.rendered.text)


@dataclass(frozen=True, slots=True)
class Send:
    """Goes out unattended."""

    ready: Ready
    kind: ReplyKind


@dataclass(frozen=True, slots=True)
class Hold:
    """Waits for a person. `draft` may be empty; `holding` is what the customer gets meanwhile."""

    reason: str
    attention: Attention
    draft: str = field(default="", repr=False)
    holding: Send | None = None


@dataclass(frozen=True, slots=True)
class Escalate:
    """Somebody must look now. `reply` is what the customer gets at once."""

    level: str
    attention: Attention
    reply: Send | None = None
    draft: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing is sent and nobody is bothered."""

    reason: str


Decision = Send | Hold | Escalate | Ignore
Answers = Mapping[AnswerId, Ready]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of asking a drafter: a proposal, its draft restored and guarded; or the code of why there is none."""

    proposal: Proposal | None = None
    draft: str = field(default="", repr=False)
    failure: str = ""


def settled_by_rule(facts: Facts) -> bool:
    """Whether no drafter needs to be asked."""
    return facts.suppressed or facts.emergency in _ESCALATIONS or facts.junk or facts.optin or facts.help


def decide(facts: Facts, proposed: Proposed, answers: Answers) -> Decision:
    """What becomes of the message. The first of these that holds:

    1. They asked for no more texts: nothing.
    2. A rule saw an emergency: the approved text for it goes out, somebody is told. No proposal can lower this.
    3. Junk by rule: nothing.
    4. START or HELP: the approved text for it.
    5. It came late: a person decides.
    6. The proposal names an approved, unattended, filled answer that settles what was asked (hours, place, thanks),
       sees no need of a person, and no rule saw anything: it goes out.
    7. Everything else: a person decides. Meanwhile the answer that says "we got it", or the holding reply.
    """
    if facts.suppressed:
        return Ignore("stop")  # 1
    if facts.emergency in _ESCALATIONS:
        return _escalate(facts, answers)  # 2
    if facts.junk:
        return Ignore("junk")  # 3
    if facts.optin or facts.help:
        return _keyword(facts, answers)  # 4
    if facts.late:
        draft = _draft(proposed, answers)
        return Hold("late", _attention(proposed, facts, draft), draft)  # 5
    return _by_proposal(facts, proposed, answers)


def _escalate(facts: Facts, answers: Answers) -> Decision:
    attention, topic = _ESCALATIONS[facts.emergency or ""]
    # Late or not: what helps in an emergency is said at once.
    ready = _of_topic(topic, answers) or _of_topic(Topic.HOLDING, answers)
    if ready is None:
        return Escalate(facts.emergency or "", attention)
    if not facts.unattended:
        return Escalate(facts.emergency or "", attention, draft=ready.rendered.text)
    return Escalate(facts.emergency or "", attention, Send(ready, ReplyKind.EMERGENCY))


def _keyword(facts: Facts, answers: Answers) -> Decision:
    ready = _of_topic(Topic.OPTED_IN if facts.optin else Topic.HELP, answers)
    if ready is None:
        return Hold("no-answer", Attention.ASKED)
    return _send(ready, facts)


def _by_proposal(facts: Facts, proposed: Proposed, answers: Answers) -> Decision:
    proposal = proposed.proposal
    if proposal is None:
        return _hold(proposed.failure or "no-answer", facts, proposed, answers)
    if proposal.intent is Intent.EMERGENCY or proposal.urgency is Urgency.NOW:
        return _hold("needs-person", facts, proposed, answers)
    ready = _named(proposal, answers)
    if ready is None:
        return _hold("no-answer", facts, proposed, answers)
    if proposal.needs_person or not ready.sendable or not _settles(ready, facts):
        return _hold("needs-person", facts, proposed, answers, ready)
    return _send(ready, facts)  # 6


def _named(proposal: Proposal, answers: Answers) -> Ready | None:
    """The answer that the proposal names, unless it is one that code alone chooses."""
    ready = None if proposal.answer is None else answers.get(proposal.answer)
    return None if ready is None or ready.answer.intent in CODE_CHOSEN else ready


def _settles(ready: Ready, facts: Facts) -> bool:
    return ready.answer.intent in SETTLED and facts.emergency is None


def _send(ready: Ready, facts: Facts) -> Decision:
    if not facts.unattended:
        return Hold("unattended-off", Attention.DRAFT, ready.rendered.text)
    return Send(ready, _KINDS.get(ready.answer.intent, ReplyKind.ANSWER))


def _hold(reason: str, facts: Facts, proposed: Proposed, answers: Answers, named: Ready | None = None) -> Hold:
    """A person decides; the customer hears at once that they will, in words that fit if there are any."""
    ready = named if named is not None and named.sendable else _of_topic(Topic.HOLDING, answers)
    waited = facts.holding_at is None or facts.now - facts.holding_at >= HOLDING_AGAIN_MS
    holding = Send(ready, ReplyKind.HOLDING) if ready is not None and waited and facts.unattended else None
    draft = _draft(proposed, answers)
    return Hold(reason, _attention(proposed, facts, draft), draft, holding)  # 7


def _attention(proposed: Proposed, facts: Facts, draft: str) -> Attention:
    """The proposal can raise it; nothing in it can lower what the rules saw."""
    proposal = proposed.proposal
    by_rule = Attention.SOON if facts.emergency == "soon" else Attention.NONE
    waiting = Attention.DRAFT if draft else Attention.ASKED
    if proposal is not None and (proposal.intent is Intent.EMERGENCY or proposal.urgency is Urgency.NOW):
        return Attention.URGENT
    return max(by_rule, waiting)


def _draft(proposed: Proposed, answers: Answers) -> str:
    """The drafter's own words, else those of the answer it named: a person reads them before anything goes out."""
    if proposed.draft:
        return proposed.draft
    ready = None if proposed.proposal is None else _named(proposed.proposal, answers)
    return "" if ready is None or ready.rendered.unfilled else ready.rendered.text


def _of_topic(topic: Topic, answers: Answers) -> Ready | None:
    return next((ready for ready in answers.values() if ready.answer.intent is topic and ready.sendable), None)
