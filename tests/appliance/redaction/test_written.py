"""Hand-written training texts: all can be read, none is in a dev set, and refilling keeps what a span is."""

import re
from random import Random

import pytest

pytest.importorskip("faker", reason="the extra `learning` is not installed")

from appliance.redaction.learning.grammar import Piece
from appliance.redaction.learning.markup import parse, render
from appliance.redaction.learning.refill import refill
from appliance.redaction.learning.written import TEXTS, drawn, written
from tests.appliance.redaction.drawn_rows import dev_texts, expect_spans_on_words

# Two people who text "ok thx" have copied nothing from each other.
_TELLING = 20


def test_every_text_can_be_read_and_says_under_which_rules_it_was_written() -> None:
    for path in TEXTS.glob("*.txt"):
        note, *lines = path.read_text(encoding="utf-8").splitlines()
        assert note.startswith("# Written for this repository")
        for line in lines:
            text, spans = parse(line)
            assert render(text, spans) == line


def test_about_a_tenth_is_learnt_from_by_nobody() -> None:
    held, rest = ({row["text"] for row in written(held=held)} for held in (True, False))

    assert 0.07 < len(held) / len(held | rest) < 0.13
    assert len(held & rest) <= 2  # who texts "ok" has copied it from nobody


def test_no_text_of_a_dev_set_is_learnt_from() -> None:
    dev = {text.lower() for text in dev_texts()}
    ours = {row["text"].lower() for held in (True, False) for row in written(held=held)}

    assert not {text for text in dev & ours if len(text) >= _TELLING}


def test_numbers_and_addresses_of_mail_lead_to_nobody() -> None:
    for path in TEXTS.glob("*.txt"):
        marked = path.read_text(encoding="utf-8")
        for mail in re.findall(r"\[EMAIL:[^\]]*@([^\]]*)\]", marked):
            assert re.search(r"example[., ]", mail.lower()), mail  # some write a comma
        for number in re.findall(r"\[PHONE:\D*1?\D*\d{3}\D{1,2}(\d{3})\D{0,2}(\d{4})\]", marked):
            assert number[0] == "555", number
            assert number[1].startswith("01"), number


def test_the_same_seed_draws_the_same_texts() -> None:
    assert list(drawn(2, 3)) == list(drawn(2, 3))
    assert list(drawn(1, 3)) != list(drawn(1, 4))


def test_every_span_that_is_drawn_lies_on_its_words() -> None:
    expect_spans_on_words(drawn(1, 5))


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
