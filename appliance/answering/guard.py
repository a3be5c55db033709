"""The guard on words: what a draft may not say, whoever drafted it. Findings name a code, never the words.

A draft with a finding is not shown as a draft: a person writes the reply instead. The guard is no proof that a text is
good; it is the second lock behind the first, which is that free text is never sent without a person.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from appliance.answering.render import segments
from appliance.intake.normal import plain
from appliance.playbook.slots import SlotFacts

MOST_SEGMENTS: Final = 4
LONGEST: Final = 600
_READ: Final = 2_000
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


# What each fault looks like in the plain form of a text: `fault: pattern` a line, in words/guard.txt.
_LINE: Final = re.compile(r"([a-z-]+): (.+)")
_LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s]+|"
    r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|co|ly|me|app|info|biz|example|us|site|link|xyz|top|shop|online|ru|cn)"
    r"\b(?:/[^\s]*)?"
)
_NUMBER: Final = re.compile(r"(?<![\w$])\+?\(?\d[\d\s().-]{1,18}\d(?!\w)|(?<![\w$])\d{3,}(?!\w)")
_HIDDEN: Final = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f]"
)


def guard_draft(draft: str, facts: SlotFacts) -> tuple[Finding, ...]:
    """What is wrong with free text, restored, as a person would see it. An empty draft has no fault."""
    said = plain(draft[:_READ])  # what is longer is faulty whatever it says
    found = _found(said, frozenset(Fault))
    found += _foreign(_LINK, said, Fault.LINK, _links(facts))
    without_links = _LINK.sub(" ", said)
    found += _foreign(_NUMBER, without_links, Fault.NUMBER, _numbers(facts))
    return (*found, *_form(draft))


def guard_answer(text: str) -> tuple[Finding, ...]:
    """What is wrong with an approved answer as it would be sent. Prices and links are the owner's to give; questions
    about health are nobody's, and an open slot must not leave."""
    said = plain(text[:_READ])
    return (*_found(said, frozenset({Fault.HEALTH_QUESTION, Fault.PLACEHOLDER})), *_form(text))


def _found(said: str, wanted: frozenset[Fault]) -> list[Finding]:
    """The first place of each pattern of the wanted faults."""
    searched = ((fault, pattern.search(said)) for fault, pattern in _patterns() if fault in wanted)
    return [Finding(fault, match.start()) for fault, match in searched if match]


@cache
def _patterns() -> tuple[tuple[Fault, re.Pattern[str]], ...]:
    listed = (Path(__file__).parent / "words" / "guard.txt").read_text("utf-8")
    lines = [line for line in listed.splitlines() if line and not line.startswith("#")]
    health, drugs = (line.split(" = ", 1)[1] for line in lines[:2])
    rows = (_LINE.fullmatch(line.replace("HEALTH", health).replace("DRUGS", drugs)) for line in lines[2:])
    return tuple((Fault(row[1]), re.compile(row[2])) for row in rows if row)


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
