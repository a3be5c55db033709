"""A desk's answers, approved as the owner would, and everything that a decision needs, without a store."""

from datetime import UTC
from functools import cache
from zoneinfo import ZoneInfo

from appliance.answering.decide import Answers, Decision, Facts, Proposed, Ready, decide, settled_by_rule
from appliance.answering.drafter import Drafter, DrafterError
from appliance.answering.guard import guard_draft
from appliance.answering.prompt import Prompt, PromptTurn, Role, build_prompt
from appliance.answering.proposal import BadProposal
from appliance.answering.render import render
from appliance.intake.sort import Sorted, sort_text
from appliance.playbook.slots import SlotFacts
from appliance.playbook.starting import starting_answers
from appliance.redaction.placeholders import PlaceholderMap, redact
from appliance.redaction.redacted import RedactedText
from appliance.settings.values import DeskKind, Hours
from storage.answers import Answer

# A Tuesday, 22:00 in Chicago.
NIGHT = 1_767_758_400_000
WEEKDAY = ((8 * 60, 17 * 60),)
FACTS = SlotFacts(
    desk_name="Maple Street Dental",
    hours=Hours(week=(WEEKDAY,) * 5 + ((),) * 2),
    timezone=ZoneInfo("America/Chicago"),
    desk_phone="(512) 555-0100",
    emergency_line="(512) 555-0111",
    booking_link="https://maple.example/book",
    address="12 Maple Street, Austin",
)


@cache
def approved(kind: DeskKind) -> tuple[Answer, ...]:
    """The starting answers of a kind of desk after the owner said yes."""
    return tuple(
        Answer(one.id, one.title, one.intent, one.texts, one.unattended, "owner", NIGHT)
        for one in starting_answers(kind)
    )


@cache
def ready(kind: DeskKind, *, facts: SlotFacts = FACTS, language: str = "en", now: int = NIGHT) -> Answers:
    """The answers as they would be sent."""
    return {one.id: Ready(one, render(one, facts, now=now, language=language)) for one in approved(kind)}


def as_redacted(text: str) -> RedactedText:
    """A text in which nothing was found to redact."""
    return redact(text, (), PlaceholderMap(), labels=(), now=NIGHT, zone=UTC)[0]


def prompt_of(text: str, kind: DeskKind = DeskKind.DENTAL) -> Prompt:
    """A thread of one text."""
    turn = PromptTurn(Role.CUSTOMER, as_redacted(text))
    return build_prompt(playbook="name: Maple Street Dental", answers=approved(kind), thread=[turn])


@cache
def sorted_once(text: str) -> Sorted:
    """What the rules say of a text; each of them is asked about often."""
    return sort_text(text)


def facts_of(text: str, *, late: bool = False, unattended: bool = True, holding_at: int | None = None) -> Facts:
    """What the rules say of a text."""
    found = sorted_once(text)
    return Facts(
        now=NIGHT,
        emergency=found.emergency,
        junk=found.junk,
        optin=found.optin and not found.optout,
        help=found.help,
        late=late,
        suppressed=found.optout,
        unattended=unattended,
        holding_at=holding_at,
    )


def decided(text: str, drafter: Drafter, *, kind: DeskKind = DeskKind.DENTAL, facts: Facts | None = None) -> Decision:
    """What becomes of a text: the way that a run goes, without the store."""
    known = facts_of(text) if facts is None else facts
    answers = ready(kind, language=sorted_once(text).language)
    return decide(known, Proposed() if settled_by_rule(known) else proposed(text, drafter, kind), answers)


def proposed(text: str, drafter: Drafter, kind: DeskKind) -> Proposed:
    """A drafter's proposal, guarded; or the code of why there is none."""
    try:
        proposal = drafter.propose(prompt_of(text, kind))
    except (DrafterError, BadProposal) as error:
        return Proposed(failure=error.code)
    return Proposed(proposal, "" if guard_draft(proposal.draft, FACTS) else proposal.draft)
