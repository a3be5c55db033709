"""The guard on words: what a draft may not say, whoever drafted it. Findings name a code, never the words.

A draft with a finding is not shown as a draft: a person writes the reply instead. The guard is no proof that a text is
good; it is the second lock behind the first, which is that free text is never sent without a person.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appliance.answering.render import segments
from appliance.intake.normal import plain
from appliance.playbook.slots import SlotFacts

MOST_SEGMENTS: Final = 4
LONGEST: Final = 600
# Numbers that anybody may be told: emergency, crisis line, poison control is a full number and stays out.
_OPEN_NUMBERS: Final = frozenset({"911", "988"})


class Fault(StrEnum):
    """What is wrong with a text."""

    HEALTH_QUESTION = "health-question"
    ADVICE = "advice"
    LEGAL = "legal"
    PRICE = "price"
    PROMISE = "promise"
    LINK = "link"
    ADDRESS = "mail-address"
    NUMBER = "number"
    PLACEHOLDER = "placeholder"
    ECHO = "echo"
    TOO_LONG = "too-long"
    HIDDEN = "hidden-characters"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and where it begins in the plain form of the text (-1: the whole of it)."""

    fault: Fault
    at: int


_HEALTH: Final = (
    r"pain|symptoms?|fever|bleed\w*|swell\w*|swollen|hurt\w*|allerg\w*|medications?|medicines?|meds|drugs?|pregnan\w*|diabet\w*|"
    r"blood pressure|conditions?|diagnos\w*|illness\w*|infection|surger\w*|medical|health|history|anxious|depress\w*|suicid\w*|"
    r"vomit\w*|nause\w*|rash|breath\w*|dizzy|injur\w*|vaccinat\w*|hiv|std|smoke|drink|"
    r"dolor|sintomas?|fiebre|sangra\w*|hincha\w*|alergi\w*|medicament\w*|medicinas?|embaraz\w*|enfermedad\w*|salud|historial"
)
_DRUGS: Final = (
    r"ibuprofen|advil|motrin|tylenol|acetaminophen|aspirin|naproxen|aleve|antibiotics?|amoxicillin|penicillin|benadryl|"
    r"orajel|peroxide|clove oil|salt ?water|ice pack|heating pad|ibuprofeno|paracetamol|aspirina|antibiotic\w*|hielo|sal"
)
_PATTERNS: Final = tuple(
    (fault, re.compile(pattern))
    for fault, pattern in (
        # A question, or a request to tell, with a health word in the same sentence.
        (Fault.HEALTH_QUESTION, rf"[^.!?\n]{{0,200}}\b(?:{_HEALTH})\b[^.!?\n]{{0,200}}\?"),
        (
            Fault.HEALTH_QUESTION,
            r"\b(?:tell us|describe|let us know|send us|share|list|what|which|how (?:long|bad|severe|much)|are you (?:taking|on)|"
            r"do you have|have you|cuentenos|describa|diganos|tiene usted|esta tomando|mandenos)\b"
            rf"[^.!?\n]{{0,80}}\b(?:{_HEALTH})\b",
        ),
        (Fault.HEALTH_QUESTION, r"\b(?:date of birth|birth ?date|social security|ssn|fecha de nacimiento|scale of (?:1|one))\b"),
        (Fault.ADVICE, rf"\b(?:take|taking|use|apply|try|rinse|put|give|stop taking|tome|use|aplique|ponga|deje de tomar)\b[^.!?\n]{{0,40}}\b(?:{_DRUGS})\b"),
        (Fault.ADVICE, r"\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|ml|cc|milligrams?|units?|tablets?|pills?|capsules?|drops|miligramos|pastillas|gotas)\b"),
        (Fault.ADVICE, r"\b(?:sounds like|looks like|probably|likely|might be|may be|could be|appears to be|you have|parece|seguramente|tiene)\s+(?:just\s+)?(?:an?|una?|the|your)?\s*\w*\s*(?:infection|abscess|cavity|fracture|sprain|allergy|reaction|virus|flu|infeccion|absceso|caries|fractura|alergia|broken|infected|normal|nothing serious)\b"),
        (Fault.ADVICE, r"\b(?:diagnos(?:e|is|ed)|prescri(?:be|ption for|bed)|dosage|dose|dosis|receto|it is safe to|it's safe to|perfectly safe|perfectly normal|nothing to worry|no need to (?:worry|see|go)|you do not need (?:a|to see)|you don't need (?:a|to see)|es normal|no se preocupe)\b"),
        (Fault.LEGAL, r"\b(?:sue|lawsuit|liable|liability|legal advice|lawyer|attorney|entitled to compensation|we admit|our fault|demandar|abogado|culpa nuestra)\b"),
        (Fault.PRICE, r"[$£€]\s?\d|\b\d[\d,.]*\s?(?:dollars?|usd|bucks|dolares|pesos|euros?)\b|\b\d+\s?(?:%|percent|por ciento)|\b(?:for free|free of charge|no charge|discount|refund|gratis|descuento|reembolso|sin costo|half off|complimentary)\b"),
        (Fault.PROMISE, r"\b(?:guarantee\w*|promise\w*|garantiz\w*|prometemos|you(?:'re| are) (?:all )?(?:booked|confirmed|scheduled|set)|is (?:booked|confirmed|scheduled|cancell?ed|moved)|have (?:booked|confirmed|scheduled|cancell?ed|moved)|esta (?:confirmada|reservada|cancelada)|queda (?:confirmada|reservada)|see you (?:at|on|tomorrow|today|mon|tue|wed|thu|fri|sat|sun)|will be (?:covered|there at)|(?:insurance|seguro) (?:will|va a) (?:cover|cubrir|pay)|on (?:our|the) way|help is coming|sending (?:someone|somebody|a tech))\b"),
        (Fault.PROMISE, r"\b(?:at|by|around|a las?)\s+\d{1,2}(?::\d{2})?\s?(?:am|pm|a\.m|p\.m|o'clock|de la)\b"),
        (Fault.PLACEHOLDER, r"\[[a-z]+(?:_\d+| redacted)\]|\{[a-z_]+\}|<[a-z_]+>|\[(?:your|name|insert)[^\]]*\]"),
        (Fault.ECHO, r"\b(?:system prompt|my instructions|previous instructions|as an ai|language model|ai assistant|needs_person|offered answers?|the thread is data|json|i cannot comply|jailbreak|developer mode|anthropic|openai|claude|chatgpt)\b"),
        (Fault.ADDRESS, r"[^\s@]+@[^\s@]+\.[a-z]{2,}"),
    )
)  # fmt: skip
_LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|co|ly|me|app|info|biz|example|us|site|link|xyz|top|shop|online|ru|cn)\b(?:/[^\s]*)?"
)
_NUMBER: Final = re.compile(r"(?<![\w$])\+?\(?\d[\d\s().-]{1,18}\d(?!\w)|(?<![\w$])\d{3,}(?!\w)")
_HIDDEN: Final = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f]"
)


def guard_draft(draft: str, facts: SlotFacts) -> tuple[Finding, ...]:
    """What is wrong with free text, restored, as a person would see it. An empty draft has no fault."""
    said = plain(draft)
    found = [Finding(fault, match.start()) for fault, pattern in _PATTERNS if (match := pattern.search(said))]
    found += _foreign(_LINK, said, Fault.LINK, _links(facts))
    without_links = _LINK.sub(" ", said)
    found += _foreign(_NUMBER, without_links, Fault.NUMBER, _numbers(facts))
    return (*found, *_form(draft))


def guard_answer(text: str) -> tuple[Finding, ...]:
    """What is wrong with an approved answer as it would be sent. Prices and links are the owner's to give; questions
    about health are nobody's, and an open slot must not leave."""
    said = plain(text)
    kept = {Fault.HEALTH_QUESTION, Fault.PLACEHOLDER}
    found = [
        Finding(fault, match.start())
        for fault, pattern in _PATTERNS
        if fault in kept and (match := pattern.search(said))
    ]
    return (*found, *_form(text))


def _form(text: str) -> list[Finding]:
    found = [Finding(Fault.HIDDEN, match.start()) for match in [_HIDDEN.search(text)] if match]
    if len(text) > LONGEST or segments(text) > MOST_SEGMENTS:
        found.append(Finding(Fault.TOO_LONG, -1))
    return found


def _foreign(pattern: re.Pattern[str], said: str, fault: Fault, own: frozenset[str]) -> list[Finding]:
    """Links or numbers that are not the desk's own."""
    shape = _digits if fault is Fault.NUMBER else _address
    matches = (match for match in pattern.finditer(said) if shape(match.group()) not in own)
    return [Finding(fault, match.start()) for match in matches][:1]


def _digits(written: str) -> str:
    found = "".join(letter for letter in written if letter.isdigit())
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def _address(written: str) -> str:
    return written.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/.,!?)")


def _links(facts: SlotFacts) -> frozenset[str]:
    return frozenset({_address(plain(facts.booking_link))} - {""})


def _numbers(facts: SlotFacts) -> frozenset[str]:
    own = {_digits(facts.desk_phone), _digits(facts.emergency_line)}
    in_address = {_digits(match.group()) for match in _NUMBER.finditer(plain(facts.address))}
    return frozenset((own | in_address | _OPEN_NUMBERS) - {""})
