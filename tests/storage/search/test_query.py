"""What is typed becomes words that stand in the text, whatever else is typed with them."""

import sqlite3
import unicodedata
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.query import MOST_TERMS, Query, Term, found_in, read_query, words_of


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", []),
        ("   ?! -- ", []),
        ("Invisalign", [(("invisalign",), False)]),
        ("two  words two", [(("two",), False), (("words",), False)]),
        ('"root canal" friday', [(("root", "canal"), False), (("friday",), False)]),
        ("“root canal”", [(("root", "canal"), False)]),
        ('"open to the end', [(("open", "to", "the", "end"), False)]),
        ("appo*", [(("appo",), True)]),
        ("ap*", [(("ap",), False)]),
        ('"root can*"', [(("root", "can"), True)]),
        ("555-0143", [(("555", "0143"), False)]),
        ("it's", [(("it", "s"), False)]),
        ("José ÁLVAREZ", [(("jose",), False), (("alvarez",), False)]),
        ("Jose\u0301", [(("jose",), False)]),
        ("STRASSE straße", [(("strasse",), False)]),
        ("ｆｕｌｌ", [(("full",), False)]),
        ("AND OR NOT NEAR(a b) body:x ^y", [((word,), False) for word in ("and", "or", "not")]
         + [(("near", "a"), False), (("b",), False), (("body", "x"), False), (("y",), False)]),
    ],
)  # fmt: skip
def test_words_phrases_and_beginnings_are_read(typed: str, terms: list[tuple[tuple[str, ...], bool]]) -> None:
    assert [(term.words, term.beginning) for term in read_query(typed).terms] == terms


def test_no_more_terms_are_asked_than_anybody_needs() -> None:
    assert len(read_query(" ".join(f"word{n}" for n in range(50))).terms) == MOST_TERMS


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Is the Root canal on Friday?", '"root canal"', ["Root", "canal"]),
        ("a canal to the root", '"root canal"', []),
        ("Ana's appointments, appointed", "appo*", ["appointments", "appointed"]),
        ("my son Jose\u0301 Álvarez", "josé alvarez", ["José", "Álvarez"]),
        ("call 555-0143 or 555 0199", "555-0143", ["555", "0143"]),
        ("ﬁne", "fine", ["ﬁne"]),
        ("nothing", "", []),
    ],
)
def test_the_words_are_marked_where_they_stand(text: str, typed: str, found: list[str]) -> None:
    marked = [text[begin:end] for begin, end in found_in(text, read_query(typed))]

    assert [unicodedata.normalize("NFC", word) for word in marked] == found


# Every block of Unicode now and then, and what means something to FTS5.
TYPED = (
    st.text()
    | st.text(alphabet="\"*()^:+-{}'ab ANDORT\0\ud800é")
    | st.text(alphabet=st.characters(categories=["M", "L", "N"]))
)


@given(typed=TYPED, text=TYPED)
def test_nothing_that_is_typed_is_an_error_and_what_is_found_is_marked(typed: str, text: str) -> None:
    query = read_query(typed)
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(body, tokenize='ascii')")
        database.execute("INSERT INTO words VALUES (?)", (" ".join(words_of(text)),))
        asked = [query.expression()] if query.terms else []
        hits = [hit for one in asked for hit in database.execute("SELECT 1 FROM words WHERE words MATCH ?", (one,))]

    for begin, end in found_in(text, query):
        assert 0 <= begin < end <= len(text)
    if hits:
        assert found_in(text, query)


@given(text=TYPED.filter(words_of))
def test_a_text_is_found_by_any_of_its_words_and_by_its_own_beginning(text: str) -> None:
    word = words_of(text)[0]

    assert Query((Term((word,)),)) == read_query(word)
    assert found_in(text, read_query(text[:200])) or not read_query(text[:200]).terms
