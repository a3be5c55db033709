"""Hand-written training texts as they are drawn: a tenth is kept back, and refilling keeps what a span is."""

import re
from random import Random

import pytest

pytest.importorskip("faker", reason="the extra `learning` is not installed")

from appliance.redaction.features import bears_marks_of_a_post
from appliance.redaction.learning.grammar import Piece
from appliance.redaction.learning.refill import refill
from appliance.redaction.learning.written import drawn, written
from tests.appliance.redaction.drawn_rows import expect_spans_on_words


def test_about_a_tenth_is_learnt_from_by_nobody() -> None:
    held, rest = ({row["text"] for row in written(held=held)} for held in (True, False))

    assert 0.07 < len(held) / len(held | rest) < 0.13
    assert len(held & rest) <= 2  # who texts "ok" has copied it from nobody


def test_the_same_seed_draws_the_same_texts() -> None:
    assert list(drawn(2, 3)) == list(drawn(2, 3))
    assert list(drawn(1, 3)) != list(drawn(1, 4))


def test_every_span_that_is_drawn_lies_on_its_words() -> None:
    expect_spans_on_words(drawn(1, 5))


def test_a_share_of_the_messages_bears_marks_of_a_post() -> None:
    marked = list(drawn(1, 5, marked=0.1))

    expect_spans_on_words(marked)
    share = sum(bears_marks_of_a_post(row["text"]) for row in marked) / len(marked)
    plain = sum(bears_marks_of_a_post(row["text"]) for row in drawn(1, 5)) / len(marked)
    assert 0.08 < share - plain < 0.12


@pytest.mark.parametrize(
    ("piece", "form"),
    [
        (Piece("dana reyes", "NAME"), r"[a-zà-ÿ'. -]+ [a-zà-ÿ'. -]+"),
        (Piece("Dana", "NAME"), r"[A-Z].+"),
        (Piece("DANA", "NAME"), r"[A-Z][A-Z' .-]+"),
        (Piece("j.t.", "NAME"), r"[a-z]\.[a-z]\."),
        (Piece("D-A-N-A", "NAME"), r"D-A-N-A"),
        (Piece("(512) 555-0142", "PHONE"), r"\(\d{3}\) \d{3}-\d{4}"),
        (Piece("five one two", "PHONE"), r"[a-z]+ [a-z]+ [a-z]+"),
        (Piece("03/14/88", "DATE"), r"0?\d+/\d+/\d\d"),
        (Piece("4 de marzo", "DATE"), r"\d+ de [a-z]+"),
        (Piece("HO3 7719", "ID"), r"[A-Z]{2}\d \d{4}"),
        (Piece("2218 Pico apt 9", "ADDRESS"), r"\d{4} [A-Z].* apt \d"),
        (Piece("a toothache", "HEALTH"), r"a toothache"),
    ],
)
def test_a_span_filled_anew_keeps_its_form_and_case(piece: Piece, form: str) -> None:
    for seed in range(20):
        (new,) = refill([piece], Random(seed))

        assert new.label == piece.label
        assert re.fullmatch(form, new.text), new.text


def test_the_same_person_stays_the_same() -> None:
    one, _, two = refill([Piece("dana", "NAME"), Piece(" and "), Piece("Dana", "NAME")], Random(2))

    assert one.text == two.text.lower()
    assert one.text != "dana"
