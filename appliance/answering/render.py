"""Rendering an approved answer: each slot is replaced, literally, by words that code made. No format strings."""

import re
from dataclasses import dataclass, field
from typing import Final

from appliance.playbook.slots import SlotFacts, fill
from storage.answers import SLOT_PATTERN, Answer, SlotName

SLOTS: Final = {slot.value: slot for slot in SlotName}
FALLBACK: Final = "en"

# 3GPP TS 23.038: the basic alphabet of a text message, and the characters that take two places in it.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE: Final = frozenset("^{}\\[~]|€")
_ONE_PART: Final = {"gsm": 160, "ucs": 70}
_EACH_PART: Final = {"gsm": 153, "ucs": 67}


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer as it would be sent, and the slots that could not be filled (then it must not be)."""

    text: str = field(repr=False)
    language: str
    unfilled: tuple[SlotName, ...] = ()


def render(answer: Answer, facts: SlotFacts, *, now: int, language: str) -> Rendered:
    """The answer in that language, in English where it has none, in its own first one where it has no English."""
    chosen = next((one for one in (language, FALLBACK) if answer.text_in(one)), answer.languages[0])
    return render_text(answer.text_in(chosen) or "", facts, now=now, language=chosen)


def render_text(text: str, facts: SlotFacts, *, now: int, language: str) -> Rendered:
    """A text with its slots filled. An unknown name in braces stays as it is written."""
    unfilled: list[SlotName] = []

    def filled(match: re.Match[str]) -> str:
        slot = SLOTS.get(match[1])
        if slot is None:
            return match[0]
        words = fill(slot, facts, now=now, language=language)
        if words is None:
            unfilled.append(slot)
            return match[0]
        return words

    return Rendered(SLOT_PATTERN.sub(filled, text), language, tuple(dict.fromkeys(unfilled)))


def segments(text: str) -> int:
    """How many text messages the carrier makes of it."""
    gsm = all(letter in _GSM or letter in _GSM_DOUBLE for letter in text)
    size = sum(2 if letter in _GSM_DOUBLE else 1 for letter in text) if gsm else len(text.encode("utf-16-le")) // 2
    kind = "gsm" if gsm else "ucs"
    return 1 if size <= _ONE_PART[kind] else -(-size // _EACH_PART[kind])
