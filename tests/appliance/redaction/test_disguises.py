"""Unicode tricks hide no identifier; what is covered once is not found again in what is left."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.redaction.placeholders import PlaceholderMap, redact, restore
from appliance.redaction.redactor import Redactor
from appliance.redaction.values import DIRECT
from tests.eval.score import read_cases

DEV = Path(__file__).parents[2] / "eval"
ENGINE = Redactor.load()
NOW = int(datetime(2026, 11, 22, 3, 0, tzinfo=UTC).timestamp() * 1000)
# What comes before, and the identifier that is then disguised.
TOLD = (
    ("call me at ", "512-555-0142"),
    ("my email is ", "dana.reyes@example.com"),
    ("my ssn is ", "078-05-1120"),
    ("my name is ", "xiomara reyes"),
    ("dob ", "03/14/1987"),
    ("member id ", "XJH99182"),
    ("im at ", "1420 elm st"),
)
NOTHING = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f"
MARKS = "\u0301\u0308\u0323\u0336\u20e3\ufe0f"
ALIKE = str.maketrans("aeopcxyi", "аеорсхуі")


def wide(letter: str) -> str:
    return chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter


def bold(letter: str) -> str:
    if letter.isdigit():
        return chr(0x1D7CE + int(letter))
    return chr(0x1D41A + ord(letter) - 97) if "a" <= letter <= "z" else letter


def disguise(words: str, random: Random) -> str:
    out = []
    for letter in words:
        match random.randrange(7):
            case 0:
                out.append(wide(letter) if letter.isalnum() else letter)
            case 1:
                out.append(letter + random.choice(NOTHING))
            case 2:
                out.append(letter + random.choice(MARKS) if letter.isalnum() else letter)
            case 3:
                out.append(letter.translate(ALIKE))
            case 4:
                out.append(bold(letter))
            case _:
                out.append(letter)
    return "".join(out)


@given(st.sampled_from(TOLD), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_no_disguise_hides_an_identifier(told: tuple[str, str], seed: int) -> None:
    before, words = told
    text = before + disguise(words, Random(seed))

    covered = {place for span in ENGINE.find(text) for place in range(span.start, span.end)}

    left = [text[place] for place in range(len(before), len(text)) if place not in covered]
    assert not [letter for letter in left if letter.isalnum()], text


@given(st.text(max_size=80))
@settings(max_examples=40, deadline=None)
def test_no_span_parts_a_letter_from_its_marks(text: str) -> None:
    for span in ENGINE.find(text):
        after = text[span.end : span.end + 1]
        assert not after or not unicodedata.combining(after)


@pytest.mark.parametrize("part", range(2))
def test_redacting_what_is_redacted_adds_nothing_that_cannot_be_restored(part: int) -> None:
    for case in read_cases(DEV / "dev_first.jsonl")[part::24]:
        once, known = redact(case.text, ENGINE.find(case.text), PlaceholderMap(), labels=DIRECT, now=NOW, zone=UTC)
        twice, longer = redact(once.text, ENGINE.find(once.text), known, labels=DIRECT, now=NOW, zone=UTC)

        assert len(longer.known) == len({each.token for each in longer.known})
        assert restore(twice.text, longer) == once.text


@pytest.mark.parametrize("part", range(2))
def test_what_was_redacted_is_restored_to_the_letter_or_to_the_same_persons_name(part: int) -> None:
    for case in read_cases(DEV / "dev_first.jsonl")[part::24]:
        spans = ENGINE.find(case.text)
        once, known = redact(case.text, spans, PlaceholderMap(), labels=DIRECT, now=NOW, zone=UTC)
        originals = {each.original for each in known.known}

        if all(case.text[span.start : span.end] in originals for span in spans if span.label in DIRECT):
            assert restore(once.text, known) == case.text or len(known.known) < len(spans)
