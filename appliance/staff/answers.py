"""Approved answers as the owner edits them. Every edit is a new version that waits for approval."""

from dataclasses import dataclass
from typing import Final

from appliance.answering.guard import Fault, guard_answer
from appliance.answering.render import SLOTS, render_text
from appliance.gateways.clock import Clock
from appliance.playbook.slots import MEANINGS, SlotFacts, fill
from appliance.views.answers import AnswerRow, AnswerShown, AnswerState, AnswerText, SlotHelp
from appliance.views.people import Reader
from appliance.views.refusals import NotAcceptable, OutOfDate
from storage.answers import SLOT_PATTERN, Answer, AnswerChangedError, AnswerId, SlotName, Topic
from storage.audit.leaf import Action
from storage.vault import Vault

LANGUAGES: Final = ("en", "es")
LONGEST_TITLE: Final = 80
LONGEST: Final = 480

_FAULTS: Final = {
    Fault.HEALTH_QUESTION: "It asks about somebody's health. The desk never does.",
    Fault.PLACEHOLDER: "It holds a mark in square brackets, which would be sent as it is.",
    Fault.HIDDEN: "It holds characters that cannot be seen.",
    Fault.TOO_LONG: "This is too long for a text message.",
}

TOPICS: Final = {
    Topic.HOLDING: "We are closed (sent when nothing else fits)",
    Topic.EMERGENCY: "Danger to life",
    Topic.URGENT: "Something urgent",
    Topic.HELP: "The word HELP",
    Topic.OPTED_IN: "The word START",
    Topic.HOURS: "When are you open",
    Topic.LOCATION: "Where are you",
    Topic.BOOKING: "Wants an appointment",
    Topic.RESCHEDULE: "Wants to move an appointment",
    Topic.CANCEL: "Wants to cancel",
    Topic.PRICE: "What does it cost",
    Topic.COMPLAINT: "Is unhappy",
    Topic.LATE: "Is running late",
    Topic.INSURANCE: "Insurance",
    Topic.REFILL: "Refills",
    Topic.SERVICES: "What do you offer",
    Topic.THANKS: "Thank you",
    Topic.OTHER: "Something else",
}


@dataclass(frozen=True, slots=True)
class Edited:
    """What the form holds."""

    answer_id: str | None
    version: int
    title: str
    intent: str
    texts: tuple[tuple[str, str], ...]
    unattended: bool


def answer_rows(*, vault: Vault) -> tuple[AnswerRow, ...]:
    """All answers, those in use first."""
    with vault.look() as tx:
        in_use, retired = tx.answers.all(), tx.answers.all(retired=True)
    return (*(_row(one, _state(one)) for one in in_use), *(_row(one, AnswerState.RETIRED) for one in retired))


def answer_shown(answer_id: str | None, *, vault: Vault, facts: SlotFacts, clock: Clock) -> AnswerShown:
    """One answer to edit; None gives a blank one. Raises MissingError."""
    now = clock.now()
    if answer_id is None:
        blank = Answer(AnswerId(""), "", Topic.OTHER, tuple((language, "") for language in LANGUAGES), version=0)
        return _shown(blank, AnswerState.WAITING, facts, now)
    with vault.look() as tx:
        answer = tx.answers.get(AnswerId(answer_id))
        retired = tx.answers.is_retired(answer.id)
    return _shown(answer, AnswerState.RETIRED if retired else _state(answer), facts, now)


def save_answer(reader: Reader, edited: Edited, *, vault: Vault, clock: Clock) -> str:
    """Keep a new version, which waits for approval; its id. Raises OutOfDate, NotAcceptable."""
    answer, at = _acceptable(edited), clock.now()
    with vault.transaction() as tx:
        if edited.answer_id is None:
            kept = tx.answers.add(answer, at=at)
            tx.audit.append(Action.ANSWER_ADDED, actor=reader.name, at=at, detail={"count": 1})
            return kept.id
        try:
            kept = tx.answers.change(answer, at=at)
        except AnswerChangedError:
            raise _out_of_date() from None
        tx.audit.append(Action.ANSWER_CHANGED, actor=reader.name, at=at, detail={"version": kept.version})
        return kept.id


def approve_answer(
    reader: Reader, answer_id: str, version: int, *, vault: Vault, facts: SlotFacts, clock: Clock
) -> None:
    """The owner says yes to that version. Raises OutOfDate, NotAcceptable when a text could not be sent as it is."""
    at = clock.now()
    with vault.transaction() as tx:
        answer = tx.answers.get(AnswerId(answer_id))
        for language, text in answer.texts:
            for problem in _problems(text, facts, at, language):
                raise NotAcceptable(problem, field=f"text-{language}", remedy="Change the text, then approve it.")
        try:
            tx.answers.approve(answer.id, version, by=reader.name, at=at)
        except AnswerChangedError:
            raise _out_of_date() from None
        tx.audit.append(Action.ANSWER_APPROVED, actor=reader.name, at=at, detail={"version": version})


def retire_answer(reader: Reader, answer_id: str, version: int, *, vault: Vault, clock: Clock) -> None:
    """Take it out of use. Raises OutOfDate."""
    at = clock.now()
    with vault.transaction() as tx:
        answer = tx.answers.get(AnswerId(answer_id))
        if answer.version != version:
            raise _out_of_date()
        tx.answers.retire(answer.id, at=at)
        tx.audit.append(Action.ANSWER_RETIRED, actor=reader.name, at=at, detail={"version": version})


def _state(answer: Answer) -> AnswerState:
    return AnswerState.APPROVED if answer.approved else AnswerState.WAITING


def _row(answer: Answer, state: AnswerState) -> AnswerRow:
    return AnswerRow(
        answer_id=answer.id,
        title=answer.title,
        languages=answer.languages,
        state=state,
        unattended=answer.unattended,
        approved_by=answer.approved_by or "",
        approved_at=answer.approved_at,
        line=answer.texts[0][1] if answer.texts else "",
    )


def _shown(answer: Answer, state: AnswerState, facts: SlotFacts, now: int) -> AnswerShown:
    return AnswerShown(
        answer_id=answer.id or None,
        version=answer.version,
        title=answer.title,
        intent=answer.intent.value,
        texts=tuple(_text(language, answer.text_in(language) or "", facts, now) for language in _languages(answer)),
        slots=tuple(_help(slot, facts, now) for slot in SlotName),
        intents=tuple((topic.value, words) for topic, words in TOPICS.items()),
        state=state,
        unattended=answer.unattended,
        approved_by=answer.approved_by or "",
        approved_at=answer.approved_at,
    )


def _languages(answer: Answer) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*LANGUAGES, *answer.languages)))


def _text(language: str, text: str, facts: SlotFacts, now: int) -> AnswerText:
    preview = render_text(text, facts, now=now, language=language).text
    return AnswerText(language, text, preview, tuple(_problems(text, facts, now, language)) if text else ())


def _help(slot: SlotName, facts: SlotFacts, now: int) -> SlotHelp:
    example = fill(slot, facts, now=now, language=LANGUAGES[0])
    return SlotHelp(slot.value, MEANINGS[slot], example or "not in your settings yet")


def _problems(text: str, facts: SlotFacts, now: int, language: str) -> list[str]:
    unknown = [name for name in SLOT_PATTERN.findall(text) if name not in SLOTS]
    rendered = render_text(text, facts, now=now, language=language)
    problems = [f"There is no slot {{{name}}}." for name in dict.fromkeys(unknown)]
    problems += [f"{{{slot.value}}} cannot be filled: your settings do not say it." for slot in rendered.unfilled]
    problems += [_FAULTS.get(finding.fault, "The desk may not send this.") for finding in guard_answer(rendered.text)]
    return problems


def _acceptable(edited: Edited) -> Answer:
    title = " ".join(edited.title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise NotAcceptable(f"A title has 1 to {LONGEST_TITLE} characters.", field="title")
    if edited.intent not in {topic.value for topic in Topic}:
        raise NotAcceptable("Choose what this answer is for.", field="intent")
    texts = tuple((language, text.replace("\r\n", "\n").strip()) for language, text in edited.texts)
    written = tuple((language, text) for language, text in texts if text)
    if not written:
        raise NotAcceptable("Write the answer in at least one language.", field="text-en")
    for language, text in written:
        if len(text) > LONGEST or "\0" in text:
            raise NotAcceptable(f"An answer has at most {LONGEST} characters.", field=f"text-{language}")
    return Answer(
        id=AnswerId(edited.answer_id or ""),
        title=title,
        intent=Topic(edited.intent),
        texts=written,
        unattended=edited.unattended,
        version=edited.version if edited.answer_id else 1,
    )


def _out_of_date() -> OutOfDate:
    return OutOfDate("This answer was changed meanwhile.", remedy="Reload the page and look again.")
