"""A run from the stored message to what is queued: redacted first, decided by code, committed whole, done once."""

from dataclasses import dataclass, field

import pytest

from appliance.answering.drafter import DrafterUnavailable
from appliance.answering.prompt import Prompt
from appliance.answering.proposal import Intent, Proposal, Urgency
from appliance.staff import replies
from appliance.staff.inbox import inbox
from appliance.staff.thread import thread
from appliance.views.inbox import Need
from appliance.views.refusals import OutOfDate
from appliance.views.thread import MessageShown, ReplyShown, StepKind
from storage.answers import AnswerId
from storage.vault import Vault
from tests.appliance.evening import OWNER, Evening
from tests.desks import NUMBER
from tests.standins.clock import FixedClock


@dataclass
class Says:
    """A drafter that always proposes the same, and remembers what it was shown."""

    answer: str | None = None
    draft: str = ""
    needs_person: bool = True
    urgency: Urgency = Urgency.NONE
    intent: Intent = Intent.QUESTION
    shown: list[Prompt] = field(default_factory=list)

    def propose(self, prompt: Prompt) -> Proposal:
        self.shown.append(prompt)
        answer = None if self.answer is None else AnswerId(self.answer)
        return Proposal(self.intent, answer, (), self.needs_person, self.urgency, "en", self.draft, "because")


class Down:
    def propose(self, prompt: Prompt) -> Proposal:
        raise DrafterUnavailable("the model does not answer")


def person_of(vault: Vault) -> str:
    with vault.look() as tx:
        person = tx.people.find(vault.number_index(NUMBER))
    assert person is not None
    return person.id


def test_a_plain_question_is_answered_by_itself_from_an_approved_answer(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock)

    evening.receive("what are your hours?")
    evening.work()

    assert len(evening.sent()) == 1
    assert evening.sent()[0].startswith("Our hours are")
    assert inbox(OWNER, vault=vault, clock=clock).needs_me == ()


def test_the_drafter_is_shown_placeholders_and_the_draft_gets_the_names_back(vault: Vault, clock: FixedClock) -> None:
    says = Says(draft="Hello [NAME_1], a person will answer you.")
    evening = Evening(vault, clock, drafter=says)

    evening.receive("my name is Dana Reyes, can you call 512-555-0143?")
    evening.work()

    shown = says.shown[0].conversation()
    assert "Dana" not in shown
    assert "0143" not in shown
    (draft,) = thread(OWNER, person_of(vault), vault=vault, clock=clock).drafts
    assert draft.body == "Hello Dana Reyes, a person will answer you."


def test_a_draft_with_a_placeholder_of_another_thread_is_thrown_away(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock, drafter=Says(draft="Tell [NAME_7] the code."))

    evening.receive("who is next?")
    evening.work()

    assert thread(OWNER, person_of(vault), vault=vault, clock=clock).drafts == ()


def test_a_model_that_is_down_means_the_holding_reply_and_staff_are_told(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock, drafter=Down())

    evening.receive("do you do implants?")
    evening.work()

    assert evening.sent()[0].startswith("Thanks for your text.")
    (row,) = inbox(OWNER, vault=vault, clock=clock).needs_me
    assert row.need is Need.ASKED
    with vault.look() as tx:
        assert "model-down" in [alert.code for alert in tx.alerts.unseen()]


def test_without_a_redactor_nobody_is_asked_and_the_customer_still_hears(vault: Vault, clock: FixedClock) -> None:
    says = Says()
    evening = Evening(vault, clock, drafter=says, redactor=None)

    evening.receive("do you do implants?")
    evening.work()

    assert says.shown == []
    assert len(evening.sent()) == 1


def test_the_holding_reply_is_not_repeated_for_each_text(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock, drafter=Says())

    for text in ("hello?", "anybody there?", "hello hello"):
        evening.receive(text)
        evening.work()
        clock.advance(60_000)

    assert len(evening.sent()) == 1


def test_after_a_stop_nothing_goes_out(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock)

    evening.receive("STOP")
    evening.receive("what are your hours?")
    evening.work()

    assert evening.sent() == []


def test_a_danger_to_life_gets_the_approved_words_at_once_whatever_the_model_says(
    vault: Vault, clock: FixedClock
) -> None:
    evening = Evening(vault, clock, drafter=Says(answer="thanks", needs_person=False))

    evening.receive("my husband is not breathing")
    evening.work()

    assert "911" in evening.sent()[0]
    (row,) = inbox(OWNER, vault=vault, clock=clock).needs_me
    assert row.need is Need.LIFE


def test_a_desk_that_sends_nothing_by_itself_holds_every_reply(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock, unattended="nothing")

    evening.receive("what are your hours?")
    evening.receive("my husband is not breathing", sender="+15125550199")
    evening.work()

    assert evening.sent() == []
    assert len(inbox(OWNER, vault=vault, clock=clock).needs_me) == 2


def test_a_job_that_is_done_twice_answers_once(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock)
    evening.receive("what are your hours?")
    jobs = evening._leased()

    for job in [*jobs, *jobs]:
        evening._answering().answer(job)
    evening.work()

    assert len(evening.sent()) == 1


def test_the_thread_tells_what_happened_and_what_would_have_left(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock)
    evening.receive("my name is Dana Reyes, what are your hours?")
    evening.work()

    shown = thread(OWNER, person_of(vault), vault=vault, clock=clock)

    message = next(item for item in shown.items if isinstance(item, MessageShown))
    reply = next(item for item in shown.items if isinstance(item, ReplyShown))
    assert [step.kind for step in message.steps] == [
        StepKind.SEALED,
        StepKind.REDACTED,
        StepKind.PROMPTED,
        StepKind.ANSWERED,
    ]
    assert message.outside is not None
    assert "[NAME_1]" in message.outside.text
    assert not message.outside.left
    assert (reply.unattended, reply.answer, reply.approved_by) == (True, "When we are open", "owner")


def test_an_edited_draft_goes_out_with_who_approved_it_and_what_changed(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock, drafter=Says(draft="We will call you."))
    evening.receive("please call me")
    evening.work()
    person = person_of(vault)
    (draft,) = thread(OWNER, person, vault=vault, clock=clock).drafts

    replies.send_draft(OWNER, draft.draft_id, "We will call you at nine.", draft.version, vault=vault, clock=clock)
    evening.work()

    assert evening.sent()[-1] == "We will call you at nine."
    shown = thread(OWNER, person, vault=vault, clock=clock)
    (reply,) = [item for item in shown.items if isinstance(item, ReplyShown) and not item.unattended]
    assert (reply.approved_by, reply.proposed) == ("owner", "We will call you.")
    assert inbox(OWNER, vault=vault, clock=clock).needs_me == ()
    with pytest.raises(OutOfDate):
        replies.send_draft(OWNER, draft.draft_id, "again", draft.version, vault=vault, clock=clock)
