"""Placeholders: the same for the same person, restored only where they were given out."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.redaction.errors import RedactionError, UnknownPlaceholderError
from appliance.redaction.placeholders import PlaceholderMap, redact, restore
from appliance.redaction.redacted import RedactedText, join
from appliance.redaction.relative import tell
from appliance.redaction.values import DIRECT, Label, Span

NOW = int(datetime(2026, 11, 22, 3, 0, tzinfo=UTC).timestamp() * 1000)


def put(text: str, *found: tuple[str, Label], known: PlaceholderMap | None = None) -> tuple[str, PlaceholderMap]:
    spans, after = [], 0
    for words, label in found:
        start = text.index(words, after)
        after = start + len(words)
        spans.append(Span(start, after, label))
    redacted, longer = redact(text, spans, known or PlaceholderMap(), labels=DIRECT, now=NOW, zone=UTC)
    return redacted.text, longer


def test_each_identifier_becomes_a_typed_placeholder() -> None:
    text, _ = put("dana at 512-555-0142", ("dana", Label.NAME), ("512-555-0142", Label.PHONE))

    assert text == "[NAME_1] at [PHONE_1]"


def test_one_person_keeps_one_placeholder_through_a_thread_however_the_name_is_written() -> None:
    _, known = put("its Dana", ("Dana", Label.NAME))
    text, known = put("dana reyes here, and DANA again", ("dana reyes", Label.NAME), ("DANA", Label.NAME), known=known)

    assert text == "[NAME_1] here, and [NAME_1] again"


def test_two_people_with_one_first_name_are_two_once_both_are_told_in_full() -> None:
    _, known = put("dana reyes", ("dana reyes", Label.NAME))
    text, _ = put("dana smith", ("dana smith", Label.NAME), known=known)

    assert text == "[NAME_2]"


def test_one_number_keeps_one_placeholder_however_it_is_written() -> None:
    _, known = put("512-555-0142", ("512-555-0142", Label.PHONE))
    text, _ = put("+1 (512) 555 0142", ("+1 (512) 555 0142", Label.PHONE), known=known)

    assert text == "[PHONE_1]"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nov 24", "[DATE_1: in 2 days, a Tuesday]"),
        ("11/23", "[DATE_1: tomorrow]"),
        ("the 15th of november", "[DATE_1: 7 days ago, a Sunday]"),
        ("5 de diciembre", "[DATE_1: in 13 days, a Saturday]"),
        ("3/14/1987", "[DATE_1: 39 years ago]"),
        ("1/2/1931", "[DATE_1: more than 89 years off]"),
        ("2026-12-01", "[DATE_1: in 9 days, a Tuesday]"),
        ("13/40", "[DATE_1]"),
        ("septmber 12", "[DATE_1]"),
        ("4 del 12", "[DATE_1: in 12 days, a Friday]"),
        ("june 5 nineteen eighty", "[DATE_1]"),
        ("feburary 14th", "[DATE_1]"),
        ("031487", "[DATE_1: 39 years ago]"),
        ("nov 24 or 5", "[DATE_1: in 2 days, a Tuesday]"),
        ("nov. 24, 10 and 17", "[DATE_1: in 2 days, a Tuesday]"),
        ("nov 20 87", "[DATE_1: 39 years ago]"),
        ("11/24@9am", "[DATE_1: in 2 days, a Tuesday]"),
    ],
)
def test_a_date_is_told_from_today_so_that_booking_still_works(words: str, told: str) -> None:
    text, _ = put(words, (words, Label.DATE))

    assert text == told


@given(st.text(st.sampled_from("0123456789/-. ,abcdefghijklmnopqrstuvwxyz²٣"), max_size=24))
def test_whatever_was_taken_for_a_date_is_told_or_left_untold(words: str) -> None:
    assert isinstance(tell(words, date(2026, 11, 22)), str)


def test_a_reply_is_restored_with_or_without_the_words_that_tell_the_date() -> None:
    _, known = put("dana on nov 24", ("dana", Label.NAME), ("nov 24", Label.DATE))

    assert restore("Hi [NAME_1], see you [DATE_1: in 2 days, a Tuesday]", known) == "Hi dana, see you nov 24"
    assert restore("Hi [NAME_1], see you [DATE_1]", known) == "Hi dana, see you nov 24"


@pytest.mark.parametrize(
    "written", ["[NAME_2]", "[PHONE_1]", "[name_7]", "[NAME 9]", "[Name]", "[NAME_1234567]", "[ID_1: x]"]
)
def test_a_placeholder_this_thread_never_gave_out_is_refused(written: str) -> None:
    _, known = put("dana", ("dana", Label.NAME))

    with pytest.raises(UnknownPlaceholderError):
        restore(f"Hi {written}", known)


def test_a_customer_who_types_a_placeholder_gets_one_of_their_own() -> None:
    text, known = put("dana says [NAME_1] and [NAME_2: x]", ("dana", Label.NAME))

    assert text == "[NAME_1] says [ID_1] and [ID_2]"
    assert restore(text, known) == "dana says [NAME_1] and [NAME_2: x]"


def test_the_map_survives_being_sealed_as_text() -> None:
    _, known = put("dana, 512-555-0142", ("dana", Label.NAME), ("512-555-0142", Label.PHONE))

    assert PlaceholderMap.from_json(known.to_json()) == known


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{}",
        "[]",
        '{"v": 2, "known": []}',
        '{"v": 1, "known": [["NAME"]]}',
        '{"v": 1, "known": [["X", 1, "a", []]]}',
    ],
)
def test_a_damaged_map_is_refused(damaged: str) -> None:
    with pytest.raises(RedactionError):
        PlaceholderMap.from_json(damaged)


def test_neither_map_nor_redacted_text_shows_words_in_its_repr() -> None:
    redacted, known = redact("dana", [Span(0, 4, Label.NAME)], PlaceholderMap(), labels=DIRECT, now=NOW, zone=UTC)

    assert "dana" not in repr(known) + repr(known.known[0]) + repr(redacted) + str(redacted)


def test_only_redaction_makes_redacted_text() -> None:
    with pytest.raises(TypeError):
        RedactedText("raw words", object())  # type: ignore[arg-type]


def test_joining_adds_no_words() -> None:
    one, _ = redact("a", [], PlaceholderMap(), labels=DIRECT, now=NOW, zone=UTC)

    assert join([one, one]).text == "a\na"
    with pytest.raises(ValueError, match="separator"):
        join([one, one], separator=" dana ")


TEXTS = st.text(max_size=60) | st.text(alphabet="[]NAME_1:IDnamePHO 2", max_size=40)


@given(TEXTS, st.data())
def test_redacting_and_restoring_gives_back_every_character(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    # ADDRESS is told apart by its whole wording, so that no two spans are taken for one.
    spans = [Span(start, end, Label.ADDRESS) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    originals = {" ".join(text[span.start : span.end].split()).casefold() for span in spans}
    redacted, known = redact(text, spans, PlaceholderMap(), labels=DIRECT, now=NOW, zone=UTC)

    if len(originals) == len(spans) and len({each.original for each in known.known}) == len(known.known) >= len(spans):
        assert restore(redacted.text, known) == text


@given(TEXTS)
def test_redacting_twice_with_the_same_map_gives_the_same_words_and_the_same_map(text: str) -> None:
    spans = [Span(0, len(text) // 2, Label.NAME)]
    once, known = redact(text, spans, PlaceholderMap(), labels=DIRECT, now=NOW, zone=UTC)
    twice, same = redact(text, spans, known, labels=DIRECT, now=NOW, zone=UTC)

    assert once.text == twice.text
    assert [each.token for each in same.known] == [each.token for each in known.known]


@given(
    st.lists(st.sampled_from(["dana", "dana reyes", "li", "o'neil", "josé", "jose", "512-555-0142", "x"]), max_size=8)
)
def test_no_two_identifiers_share_a_placeholder(names: list[str]) -> None:
    known = PlaceholderMap()
    for name in names:
        _, known = put(name, (name, Label.ID), known=known)

    tokens = [each.token for each in known.known]
    assert len(tokens) == len(set(tokens))
