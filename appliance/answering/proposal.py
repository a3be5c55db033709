"""The model's proposal: a strict, small value. What does not fit exactly is refused whole; nothing is repaired."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from storage.answers import AnswerId, SlotName
from storage.errors import NightdeskError

# A model that writes more than this is not drafting a text message.
MAX_RAW_BYTES: Final = 16_384
MAX_DRAFT: Final = 1_200
MAX_WHY: Final = 600
MAX_SLOTS: Final = len(SlotName)
LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
KEYS: Final = ("intent", "answer", "slots", "needs_person", "urgency", "language", "draft", "why")

Named = TypeVar("Named", bound=StrEnum)


class Intent(StrEnum):
    """What the customer wants."""

    BOOKING = "booking"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    QUESTION = "question"
    COMPLAINT = "complaint"
    EMERGENCY = "emergency"
    JUNK = "junk"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon a person must look."""

    NOW = "now"
    TODAY = "today"
    SOON = "soon"
    NONE = "none"


class BadProposal(NightdeskError):
    """What came back is not a proposal. The sentence names the field, never what stood in it."""

    code = "bad-proposal"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a drafter proposes. Code decides; the draft and the reason are words for a person, never sent."""

    intent: Intent
    answer: AnswerId | None
    slots: tuple[SlotName, ...]
    needs_person: bool
    urgency: Urgency
    language: str
    draft: str = field(repr=False)
    why: str = field(repr=False)


def parse_proposal(raw: str | bytes, *, offered: Mapping[AnswerId, Collection[SlotName]]) -> Proposal:
    """The proposal in a drafter's JSON. Raises BadProposal unless every part is exactly as agreed."""
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "replace"))
    if size > MAX_RAW_BYTES:
        raise BadProposal("the proposal is too long")
    try:
        loaded = json.loads(raw, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise BadProposal("the proposal is not the JSON agreed on") from None
    return check_proposal(loaded, offered=offered)


def check_proposal(loaded: object, *, offered: Mapping[AnswerId, Collection[SlotName]]) -> Proposal:
    """The proposal in loaded JSON, its answer and slots held against what the prompt offered."""
    if not isinstance(loaded, dict) or set(loaded) != set(KEYS):
        raise BadProposal("the proposal does not have exactly the agreed keys")
    answer = _answer(loaded["answer"], offered)
    return Proposal(
        intent=_named(Intent, loaded["intent"], "intent"),
        answer=answer,
        slots=_slots(loaded["slots"], () if answer is None else offered[answer]),
        needs_person=_truth(loaded["needs_person"]),
        urgency=_named(Urgency, loaded["urgency"], "urgency"),
        language=_language(loaded["language"]),
        draft=_words(loaded["draft"], "draft", MAX_DRAFT),
        why=_words(loaded["why"], "why", MAX_WHY),
    )


def proposal_schema(offered: Mapping[AnswerId, Collection[SlotName]]) -> dict[str, object]:
    """The JSON schema to ask a model for. It narrows what comes back; check_proposal is still what decides."""
    answers: list[str | None] = [*sorted(offered), None]
    slots = sorted({slot.value for names in offered.values() for slot in names})
    listed = {"type": "string", "enum": slots} if slots else {"type": "string"}
    properties: dict[str, object] = {
        "intent": {"type": "string", "enum": [intent.value for intent in Intent]},
        "answer": {"enum": answers},
        "slots": {"type": "array", "items": listed},
        "needs_person": {"type": "boolean"},
        "urgency": {"type": "string", "enum": [urgency.value for urgency in Urgency]},
        "language": {"type": "string"},
        "draft": {"type": "string"},
        "why": {"type": "string"},
    }
    return {"type": "object", "properties": properties, "required": list(KEYS), "additionalProperties": False}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # A repeated key means that two readers of the same JSON could see two proposals.
    loaded = dict(pairs)
    if len(loaded) != len(pairs):
        raise ValueError("a key is repeated")
    return loaded


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _named(kind: type[Named], value: object, where: str) -> Named:
    if not isinstance(value, str):
        raise BadProposal(f"{where} is not a text")
    try:
        return kind(value)
    except ValueError:
        raise BadProposal(f"{where} is not in its list") from None


def _answer(value: object, offered: Mapping[AnswerId, Collection[SlotName]]) -> AnswerId | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in offered:
        raise BadProposal("answer was not offered")
    return AnswerId(value)


def _slots(value: object, allowed: Collection[SlotName]) -> tuple[SlotName, ...]:
    if not isinstance(value, list) or len(value) > MAX_SLOTS:
        raise BadProposal("slots is not a short list")
    slots = tuple(_named(SlotName, one, "slots") for one in value)
    if len(set(slots)) != len(slots) or not set(slots) <= set(allowed):
        raise BadProposal("slots are not those of the answer")
    return slots


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadProposal("needs_person is not true or false")
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
        raise BadProposal("language is not a language code")
    return value


def _words(value: object, where: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise BadProposal(f"{where} is not a text of the agreed length")
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in value) or not _encodes(value):
        raise BadProposal(f"{where} holds control characters")
    return value


def _encodes(value: str) -> bool:
    # A lone surrogate passes json.loads and breaks later, where the text is stored or sent.
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)
