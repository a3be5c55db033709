"""One run: read a thread, redact it, ask a drafter, guard, decide, and commit all that follows in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from appliance.answering.case import Case, Redacted, read_case, redact_case, shown_words
from appliance.answering.decide import (
    Answers,
    Decision,
    Escalate,
    Facts,
    Hold,
    Ignore,
    Proposed,
    Ready,
    Send,
    decide,
    settled_by_rule,
)
from appliance.answering.drafter import Drafter, DrafterError
from appliance.answering.guard import guard_draft
from appliance.answering.prompt import build_prompt
from appliance.answering.proposal import BadProposal, Proposal
from appliance.answering.render import render
from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.errors import EgressError
from appliance.gateways.clock import Clock
from appliance.intake.sort import sort_text
from appliance.playbook.describe import describe
from appliance.playbook.slots import SlotFacts
from appliance.redaction.errors import RedactionError
from appliance.redaction.placeholders import restore
from appliance.redaction.redactor import Finder
from appliance.settings.values import ModelKind, Settings, Unattended
from storage.alerts import AlertKind
from storage.answers import Answer
from storage.audit.leaf import Action
from storage.ids import new_id
from storage.jobs import Job, JobKind
from storage.messages import Message, MessageId, MessageState
from storage.people import Attention, Rest
from storage.plaintext import Plaintext
from storage.replies import NewReply
from storage.runs import Run, RunId, Step
from storage.vault import Transaction, Vault

ACTOR: Final = "desk"
TRIGGER: Final = "message"


@dataclass(slots=True)
class Course:
    """One run as it goes: its steps, and what it has found out."""

    run: RunId
    started: int
    steps: list[Step] = field(default_factory=list)

    def step(self, name: str, outcome: str, at: int) -> None:
        """Write a step down."""
        self.steps.append(Step(name, outcome, at))


@dataclass(frozen=True, slots=True)
class Answering:
    """The parts of answering, and its verb."""

    vault: Vault
    clock: Clock
    redactor: Finder | None
    drafter: Drafter
    drafter_kind: ModelKind
    settings: Settings
    facts: SlotFacts
    notify: bool
    """Whether somebody can be told by mail."""

    def answer(self, job: Job) -> None:
        """A job's handler. A message that was settled before is left as it is."""
        at = self.clock.now()
        with self.vault.reading() as tx:
            message = tx.messages.get(MessageId(job.subject))
            if tx.runs.of_message(message.id) is not None:
                return
            case = read_case(tx, message, at=at)
            approved = [answer for answer in tx.answers.all() if answer.approved]
        course = Course(RunId(new_id()), at)
        answers = self._ready(approved, message.language, at)
        facts = self._facts(case, at)
        redacted = self._redacted(case, course)
        proposed = Proposed()
        if not settled_by_rule(facts):
            proposed = self._proposed(case, redacted, list(answers.values()), course)
        decision = decide(facts, proposed, answers)
        self._commit(case, redacted, decision, course)

    def _ready(self, approved: Sequence[Answer], language: str, now: int) -> Answers:
        return {answer.id: Ready(answer, render(answer, self.facts, now=now, language=language)) for answer in approved}

    def _facts(self, case: Case, now: int) -> Facts:
        message = case.message
        found = sort_text(case.turns[-1].words.text)
        return Facts(
            now=now,
            emergency=message.emergency,
            junk=message.junk,
            optin=found.optin and not message.optout,
            help=found.help,
            late=message.late,
            suppressed=case.suppressed or message.optout,
            unattended=self.settings.answering.unattended is Unattended.APPROVED,
            holding_at=case.holding_at,
        )

    def _redacted(self, case: Case, course: Course) -> Redacted | None:
        """None when the words cannot be made anonymous: then nobody is asked."""
        if self.redactor is None or not case.message.redacted:
            course.step("failed", "not-redacted", self.clock.now())
            return None
        zone = self.settings.desk.timezone
        try:
            redacted = redact_case(case, self.redactor, now=course.started, zone=zone)
        except RedactionError:
            course.step("failed", "not-redacted", self.clock.now())
            return None
        course.step("redacted", str(redacted.hidden), self.clock.now())
        return redacted

    def _proposed(self, case: Case, redacted: Redacted | None, ready: list[Ready], course: Course) -> Proposed:
        if redacted is None:
            return Proposed(failure="not-redacted")
        prompt = build_prompt(
            playbook=describe(self.settings, self.facts),
            answers=[one.answer for one in ready],
            thread=redacted.turns,
        )
        known = case.identifiers(redacted.known)
        try:
            with crossing(Purpose.MODEL, person=case.person.id, run=course.run, known=known):
                proposal = self.drafter.propose(prompt)
        except (DrafterError, BadProposal, EgressError) as error:
            course.step("failed", error.code, self.clock.now())
            return Proposed(failure=error.code)
        course.step("prompted", self.drafter_kind.value, self.clock.now())
        return Proposed(proposal, self._guarded(proposal, redacted, course))

    def _guarded(self, proposal: Proposal, redacted: Redacted, course: Course) -> str:
        """The drafter's words with the thread's own names put back, or nothing if the guard finds fault with them."""
        try:
            draft = restore(proposal.draft, redacted.known)
        except RedactionError:
            course.step("failed", "guard", self.clock.now())
            return ""
        if guard_draft(draft, self.facts):
            course.step("failed", "guard", self.clock.now())
            return ""
        return draft

    def _commit(self, case: Case, redacted: Redacted | None, decision: Decision, course: Course) -> None:
        at = self.clock.now()
        course.step(*_told(decision), at)
        with self.vault.transaction() as tx:
            if tx.runs.of_message(case.message.id) is not None:
                return
            run = Run(
                id=course.run,
                person=case.person.id,
                message=case.message.id,
                trigger=TRIGGER,
                outcome=course.steps[-1].name,
                steps=tuple(course.steps),
                drafter=self.drafter_kind.value,
                started_at=course.started,
                finished_at=at,
            )
            tx.runs.add(run, prompt=None if redacted is None else shown_words(redacted.turns))
            if redacted is not None:
                tx.placeholders.put(case.person.id, Plaintext(redacted.known.to_json()), at=at)
                tx.people.preview(case.person.id, redacted.preview)
            self._follow(tx, case, decision, course, at)

    def _follow(self, tx: Transaction, case: Case, decision: Decision, course: Course, at: int) -> None:
        """What the decision means for replies, drafts, the thread and the people who are told."""
        message, person = case.message, case.person.id
        match decision:
            case Ignore(reason=reason):
                tx.messages.settle(message.id, MessageState.IGNORED)
                tx.people.rests(person, Rest.STOPPED if reason == "stop" else Rest.JUNK)
                self._leaf(tx, Action.IGNORED, message, at, {"reason": reason})
            case Send() as send:
                self._queue(tx, message, send, course, at)
                tx.messages.settle(message.id, MessageState.ANSWERED)
                tx.people.rests(person, Rest.ANSWERED)
                self._leaf(tx, Action.ANSWERED, message, at, {"kind": send.kind.value})
            case Hold() as hold:
                self._draft(tx, message, hold.draft, hold.reason, course, at)
                if hold.holding is not None:
                    self._queue(tx, message, hold.holding, course, at)
                tx.messages.settle(message.id, MessageState.HELD)
                tx.people.needs(person, hold.attention)
                self._tell_staff(tx, message, hold, at)
                self._leaf(tx, Action.HELD, message, at, {"reason": hold.reason, "holding": hold.holding is not None})
            case Escalate() as escalate:
                self._draft(tx, message, escalate.draft, "unattended-off", course, at)
                if escalate.reply is not None:
                    self._queue(tx, message, escalate.reply, course, at)
                tx.messages.settle(message.id, MessageState.HELD)
                tx.people.needs(person, escalate.attention)
                self._leaf(tx, Action.ESCALATED, message, at, {"level": escalate.level})

    def _tell_staff(self, tx: Transaction, message: Message, hold: Hold, at: int) -> None:
        """By mail too when a model saw an emergency that no rule saw, and once when the drafter fails."""
        new = hold.reason in _DRAFTER_FAILED and tx.alerts.raise_(AlertKind.STAFF, "model-down", at=at)
        if hold.attention >= Attention.URGENT:
            new |= tx.alerts.raise_(AlertKind.STAFF, "emergency-urgent", subject=message.person, at=at)
        if new and self.notify:
            tx.jobs.add(JobKind.NOTIFY, message.id, due=at, at=at)

    def _queue(self, tx: Transaction, message: Message, send: Send, course: Course, at: int) -> None:
        body = Plaintext(send.ready.rendered.text)
        reply = tx.replies.add(
            NewReply(
                person=message.person,
                kind=send.kind,
                body=body,
                body_digest=self.vault.digest(body),
                created_at=at,
                message=message.id,
                run=course.run,
                answer=send.ready.answer.id,
                answer_version=send.ready.answer.version,
            )
        )
        if reply is not None:
            tx.jobs.add(JobKind.SEND, reply.id, due=at, at=at)

    def _draft(self, tx: Transaction, message: Message, draft: str, reason: str, course: Course, at: int) -> None:
        if draft:
            tx.drafts.add(message.person, message.id, course.run, Plaintext(draft), reason=reason, at=at)

    def _leaf(self, tx: Transaction, action: Action, message: Message, at: int, detail: dict[str, object]) -> None:
        tx.audit.append(action, message.id, actor=ACTOR, at=at, detail=detail)


_DRAFTER_FAILED: Final = frozenset(
    {"drafter", "drafter-unavailable", "drafter-refused", "bad-proposal", "egress-refused"}
)


def _told(decision: Decision) -> tuple[str, str]:
    """The last step of the run: its kind and outcome, as the thread page shows them."""
    match decision:
        case Ignore(reason=reason):
            return ("stopped" if reason == "stop" else "ignored"), reason
        case Send(ready=ready):
            return "answered", ready.answer.title
        case Hold(reason=reason):
            return "held", reason
        case Escalate(level=level):
            return "escalated", level
