"""The merger, the health tag and the explanation."""

from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.redaction.explain import explain
from appliance.redaction.health import HEALTH_TAG, tag_health
from appliance.redaction.merge import merge
from appliance.redaction.redactor import Redactor
from appliance.redaction.values import Label, Span

TEXT = "x" * 60


def test_an_address_swallows_the_number_in_it() -> None:
    (one,) = merge([Span(0, 30, Label.ADDRESS), Span(10, 15, Label.ID)], TEXT)

    assert (one.start, one.end, one.label) == (0, 30, Label.ADDRESS)


def test_an_address_in_two_pieces_is_one() -> None:
    text = "12 elm st, austin"

    (one,) = merge([Span(0, 9, Label.ADDRESS), Span(11, 17, Label.ADDRESS)], text)

    assert (one.start, one.end) == (0, 17)


def test_a_health_word_gives_way_to_an_identifier() -> None:
    (one,) = merge([Span(0, 10, Label.HEALTH), Span(5, 20, Label.NAME)], TEXT)

    assert one.label is Label.NAME


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20), st.sampled_from(list(Label))), max_size=12))
def test_what_one_find_covered_stays_covered_and_nothing_overlaps(found: list[tuple[int, int, Label]]) -> None:
    spans = [Span(start, min(60, start + length), label) for start, length, label in found]

    merged = merge(spans, TEXT)

    places = {place for span in merged for place in range(span.start, span.end)}
    assert all(
        place in places for span in spans if span.label is not Label.HEALTH for place in range(span.start, span.end)
    )
    assert all(left.end <= right.start for left, right in pairwise(merged))


def test_the_health_tag_replaces_health_words_only() -> None:
    text = "dana has diabetes and gout"

    tagged = tag_health(text, [Span(0, 4, Label.NAME), Span(9, 17, Label.HEALTH), Span(22, 26, Label.HEALTH)])

    assert tagged == f"dana has {HEALTH_TAG} and {HEALTH_TAG}"


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor.load()


def test_the_owner_sees_what_was_found_by_which_layer_and_why(redactor: Redactor) -> None:
    explained = explain("my name is marisol, 512-555-0142", redactor=redactor, now=0, zone=UTC)

    assert explained.shown == "my name is [NAME_1], [PHONE_1]"
    assert [(row.words, row.label) for row in explained.rows] == [
        ("marisol", Label.NAME),
        ("512-555-0142", Label.PHONE),
    ]
    assert all(row.layer and row.why for row in explained.rows)
    assert "marisol" not in repr(explained)
