"""Folding: nothing hides behind other letters, and every folded character knows its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.redaction.fold import fold


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("５１２", "512"),
        ("①②③", "123"),
        ("٠١٢", "012"),
        ("5\ufe0f\u20e31\ufe0f\u20e3", "51"),
        ("d\u200ba\u200dn\u2060a", "dana"),
        ("dan\u0301a", "dana"),
        ("José Ñuñez", "Jose Nunez"),
        ("Bjørn Łukasz", "Bjorn Lukasz"),
        ("dаnа", "dana"),
        ("𝐝𝐚𝐧𝐚", "dana"),
        ("𝟓𝟏𝟐", "512"),
        ("512\u2011555\u20130142", "512-555-0142"),
        ("dana\u00a0reyes", "dana reyes"),
        ("dana\x00", "dana"),
    ],
)
def test_tricks_are_folded_away(written: str, plain: str) -> None:
    assert fold(written).text == plain


def test_a_plain_text_is_its_own_folded_form() -> None:
    text = "hi its dana\n- 512"

    folded = fold(text)

    assert folded.text == text
    assert folded.original(3, 6) == (3, 6)


def test_a_mark_belongs_to_the_character_before_it() -> None:
    folded = fold("a\u0301\u200db")

    assert folded.original(0, 1) == (0, 3)
    assert folded.original(1, 2) == (3, 4)


@given(st.text())
def test_every_folded_character_points_into_the_text_in_order(text: str) -> None:
    folded = fold(text)

    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


@given(st.text())
def test_folding_a_folded_text_changes_nothing_more(text: str) -> None:
    once = fold(text).text

    assert fold(once).text == once
