"""The decision, on rules and proposals; and what the offline drafter makes of what people text."""

from pathlib import Path

import pytest

from appliance.answering.decide import HOLDING_AGAIN_MS, Decision, Escalate, Hold, Ignore, Proposed, Send, decide
from appliance.answering.drafter import DrafterRefused, DrafterUnavailable
from appliance.answering.offline import OfflineDrafter
from appliance.answering.prompt import Prompt
from appliance.answering.proposal import BadProposal, Intent, Proposal, Urgency
from appliance.settings.values import DeskKind
from storage.answers import AnswerId
from storage.people import Attention
from storage.replies import ReplyKind
from tests.standins.playbooks import FACTS, NIGHT, decided, facts_of, ready

SCENARIOS = Path(__file__).with_name("scenarios.txt")


def scenarios() -> list[tuple[str, str, str]]:
    lines = [line for line in SCENARIOS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(kind, becomes, text) for kind, becomes, text in (line.split("|", 2) for line in lines)]


def told(decision: Decision) -> str:
    match decision:
        case Send(ready=one):
            return f"send:{one.answer.id}"
        case Hold(holding=holding):
            return f"hold:{holding.ready.answer.id if holding else '-'}"
        case Escalate(level=level):
            return f"escalate:{level}"
        case Ignore(reason=reason):
            return f"ignore:{reason}"


def a_proposal(answer: str | None = None, **others: object) -> Proposal:
    given: dict[str, object] = {
        "intent": Intent.QUESTION,
        "slots": (),
        "needs_person": False,
        "urgency": Urgency.NONE,
        "language": "en",
        "draft": "",
        "why": "",
    }
    return Proposal(answer=None if answer is None else AnswerId(answer), **(given | others))  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "becomes", "text"), scenarios())
def test_a_text_becomes_what_the_table_says(kind: str, becomes: str, text: str) -> None:
    assert told(decided(text, OfflineDrafter(), kind=DeskKind(kind))) == becomes


def test_what_is_sent_is_the_approved_text_with_its_slots_filled() -> None:
    decision = decided("what are your hours", OfflineDrafter())

    assert isinstance(decision, Send)
    assert decision.ready.rendered.text == "Our hours are Mon-Fri 8 am-5 pm. We open next tomorrow at 8 am."


def test_spanish_is_answered_in_spanish() -> None:
    decision = decided("a que hora abren mañana", OfflineDrafter())

    assert isinstance(decision, Send)
    assert decision.ready.rendered.text.startswith("Nuestro horario es lun-vie")


@pytest.mark.parametrize("error", [DrafterUnavailable("down"), DrafterRefused("no"), BadProposal("bad")])
def test_without_a_proposal_the_customer_gets_the_holding_reply_and_a_person_is_asked(error: Exception) -> None:
    class Failing:
        def propose(self, prompt: Prompt) -> Proposal:
            raise error

    decision = decided("can you help me with something odd", Failing())

    assert isinstance(decision, Hold)
    assert decision.holding is not None
    assert decision.holding.kind is ReplyKind.HOLDING
    assert decision.attention >= Attention.ASKED


def test_no_proposal_lowers_what_a_rule_saw() -> None:
    lying = Proposed(a_proposal("hours", urgency=Urgency.NONE, intent=Intent.JUNK))

    decision = decide(facts_of("my dad is not breathing"), lying, ready(DeskKind.DENTAL))

    assert isinstance(decision, Escalate)
    assert decision.level == "life"
    assert decision.reply is not None
    assert "911" in decision.reply.ready.rendered.text


def test_a_proposal_can_raise_what_no_rule_saw() -> None:
    raised = Proposed(a_proposal("hours", intent=Intent.EMERGENCY, urgency=Urgency.NOW))

    decision = decide(facts_of("it happened again, you know what"), raised, ready(DeskKind.DENTAL))

    assert isinstance(decision, Hold)
    assert decision.attention is Attention.URGENT


def test_a_request_is_kept_with_a_person_whatever_the_proposal_says() -> None:
    careless = Proposed(a_proposal("booking", needs_person=False))

    decision = decide(facts_of("book me for friday"), careless, ready(DeskKind.DENTAL))

    assert told(decision) == "hold:booking"


def test_what_hurts_is_kept_with_a_person_even_where_hours_were_asked() -> None:
    decision = decided("my tooth hurts, what are your hours", OfflineDrafter())

    assert told(decision) == "hold:hours"


@pytest.mark.parametrize("answer", ["holding", "emergency", "urgent", "help", "opted-in"])
def test_a_proposal_cannot_name_what_code_alone_chooses(answer: str) -> None:
    decision = decide(facts_of("hm"), Proposed(a_proposal(answer)), ready(DeskKind.DENTAL))

    assert told(decision) == "hold:holding"


def test_a_proposal_cannot_name_an_answer_that_does_not_exist() -> None:
    decision = decide(facts_of("hm"), Proposed(a_proposal("refund-everyone")), ready(DeskKind.DENTAL))

    assert told(decision) == "hold:holding"


def test_an_answer_whose_slot_cannot_be_filled_is_not_sent() -> None:
    bare = FACTS.__class__(FACTS.desk_name, FACTS.hours, FACTS.timezone)
    answers = ready(DeskKind.DENTAL, facts=bare)

    decision = decide(facts_of("where are you"), Proposed(a_proposal("location")), answers)

    assert told(decision) == "hold:holding"


def test_late_mail_is_held_without_a_reply_but_an_emergency_in_it_still_escalates() -> None:
    late = decide(facts_of("what are your hours", late=True), Proposed(a_proposal("hours")), ready(DeskKind.DENTAL))
    grave = decide(facts_of("i cant breathe", late=True), Proposed(), ready(DeskKind.DENTAL))

    assert told(late) == "hold:-"
    assert told(grave) == "escalate:life"


def test_the_holding_reply_is_not_repeated_within_six_hours() -> None:
    soon, later = NIGHT - HOLDING_AGAIN_MS + 1, NIGHT - HOLDING_AGAIN_MS

    again = decide(facts_of("hm", holding_at=soon), Proposed(a_proposal()), ready(DeskKind.DENTAL))
    after = decide(facts_of("hm", holding_at=later), Proposed(a_proposal()), ready(DeskKind.DENTAL))

    assert told(again) == "hold:-"
    assert told(after) == "hold:holding"


@pytest.mark.parametrize("text", [text for _, becomes, text in scenarios() if not becomes.startswith("ignore")])
def test_where_nothing_goes_unattended_nothing_goes(text: str) -> None:
    decision = decided(text, OfflineDrafter(), facts=facts_of(text, unattended=False))

    match decision:
        case Hold(holding=holding):
            assert holding is None
        case Escalate(reply=reply):
            assert reply is None
        case _:
            pytest.fail(told(decision))
