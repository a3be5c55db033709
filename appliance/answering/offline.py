"""The offline drafter: from words of intent, in tables, to one of the offered answers. No network and no model."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from appliance.answering.prompt import SETTLED, AnswerOffer, Prompt, Role
from appliance.answering.proposal import Intent, Proposal, Urgency
from appliance.intake.emergency import Emergency, find_emergency
from appliance.intake.language import find_language
from appliance.intake.normal import words
from appliance.intake.phrases import Lexicon, Rulebook, Tagged, parse_lexicon, parse_sections
from storage.answers import Topic

_FOLDER: Final = Path(__file__).parent / "words"

_INTENTS: Final = {
    Topic.BOOKING: Intent.BOOKING,
    Topic.RESCHEDULE: Intent.RESCHEDULE,
    Topic.LATE: Intent.RESCHEDULE,
    Topic.CANCEL: Intent.CANCEL,
    Topic.COMPLAINT: Intent.COMPLAINT,
    Topic.HOURS: Intent.QUESTION,
    Topic.LOCATION: Intent.QUESTION,
    Topic.PRICE: Intent.QUESTION,
    Topic.INSURANCE: Intent.QUESTION,
    Topic.SERVICES: Intent.QUESTION,
    Topic.REFILL: Intent.OTHER,
    Topic.THANKS: Intent.OTHER,
}
# Where two are asked at once, the one that loses most by waiting is answered; the rest is for a person.
_FIRST: Final = (
    Topic.COMPLAINT,
    Topic.CANCEL,
    Topic.RESCHEDULE,
    Topic.LATE,
    Topic.REFILL,
    Topic.INSURANCE,
    Topic.PRICE,
    Topic.BOOKING,
    Topic.SERVICES,
    Topic.HOURS,
    Topic.LOCATION,
    Topic.THANKS,
)
_URGENCIES: Final = {Emergency.LIFE: Urgency.NOW, Emergency.URGENT: Urgency.NOW, Emergency.SOON: Urgency.SOON}
# A longer text says more than a table of words can have understood.
_LONGEST_SETTLED: Final = 24


class OfflineDrafter:
    """Rules and approved answers."""

    def propose(self, prompt: Prompt) -> Proposal:
        """A proposal for the newest turn. It never fails, and its draft is always words of an offered answer."""
        said = _last_said(prompt)
        emergency = find_emergency(said)
        topics = tuple(find_topics(said))
        offer = next((one for topic in topics for one in prompt.answers if one.intent is topic), None)
        language = find_language(said)
        settled = offer is not None and topics[:1] == (offer.intent,) and _settles(topics, said) and emergency is None
        return Proposal(
            intent=_intent(topics, emergency),
            answer=offer.id if offer else None,
            slots=offer.slots if offer else (),
            needs_person=not settled,
            urgency=_URGENCIES[emergency] if emergency else Urgency.NONE,
            language=language,
            draft=_draft(offer, language),
            why=f"rules: {', '.join(topics) or 'no known request'}",
        )


def find_topics(said: str) -> Iterator[Topic]:
    """What is asked, what must not wait first."""
    tagged, sections = _read(said)
    return (topic for topic in _FIRST if topic in sections and any(True for _ in sections[topic].matches(tagged)))


def _last_said(prompt: Prompt) -> str:
    turns = (turn.words.text for turn in reversed(prompt.thread) if turn.role is Role.CUSTOMER)
    return next(turns, "")


def _settles(topics: tuple[Topic, ...], said: str) -> bool:
    return SETTLED.issuperset(topics) and len(words(said)) <= _LONGEST_SETTLED


def _intent(topics: tuple[Topic, ...], emergency: Emergency | None) -> Intent:
    if emergency in {Emergency.LIFE, Emergency.URGENT}:
        return Intent.EMERGENCY
    return _INTENTS[topics[0]] if topics else Intent.OTHER


def _draft(offer: AnswerOffer | None, language: str) -> str:
    """The answer's own words where none of them is left open; code renders the others."""
    if offer is None or offer.slots:
        return ""
    texts = dict(offer.texts)
    return texts.get(language) or texts.get("en") or ""


def _read(said: str) -> tuple[Tagged, dict[str, Rulebook]]:
    lexicon, sections = _tables()
    return lexicon.tag(words(said)), sections


@cache
def _tables() -> tuple[Lexicon, dict[str, Rulebook]]:
    concepts = parse_lexicon((_FOLDER / "intent.txt").read_text("utf-8"))
    return Lexicon(concepts, misspelt=_CAREFUL), parse_sections((_FOLDER / "intent_rules.txt").read_text("utf-8"))


_CAREFUL: Final = "appointment schedule reschedule cancel insurance tomorrow address located available opening".split()
