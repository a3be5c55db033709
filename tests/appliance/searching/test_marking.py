"""A text on the list: whole where it is short; else what stands around the first word that was looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.searching.marking import LONGEST, marked
from storage.search.query import read_query

LONG = "before " * 60 + "the abscess hurts " + "after " * 60


def test_a_short_text_is_whole_with_its_words_marked() -> None:
    pieces, cut = marked("A Root canal, please", read_query('"root canal"'))

    assert pieces == ((False, "A "), (True, "Root"), (False, " "), (True, "canal"), (False, ", please"))
    assert not cut


def test_of_a_long_text_the_first_mark_is_shown_with_what_is_around_it() -> None:
    pieces, cut = marked(LONG, read_query("abscess"))

    shown = "".join(piece for _, piece in pieces)
    assert cut
    assert (True, "abscess") in pieces
    assert shown.startswith("…before")
    assert shown.endswith("after…")
    assert len(shown) <= LONGEST + 2


@pytest.mark.parametrize("words", ["before", "after"])
def test_at_either_end_of_a_long_text_nothing_is_left_out_beyond_it(words: str) -> None:
    text = LONG.replace("before", "x").replace("after", "y")
    text = f"before {text}" if words == "before" else f"{text} after"

    pieces, _ = marked(text, read_query(words))

    assert (True, words) in pieces
    shown = "".join(piece for _, piece in pieces)
    assert shown.startswith(words) if words == "before" else shown.endswith(words)


@given(text=st.text(max_size=900) | st.text(alphabet="ab é\u0301", max_size=900), typed=st.text(max_size=20))
def test_the_pieces_are_always_a_part_of_the_text_in_its_order(text: str, typed: str) -> None:
    pieces, cut = marked(text, read_query(typed))

    shown = "".join(piece for _, piece in pieces)
    assert (shown == text) is not cut
    if cut:
        assert shown.removeprefix("…").removesuffix("…") in text
