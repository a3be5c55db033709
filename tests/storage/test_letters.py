import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import DamagedError
from storage.letters import Letter, LetterKind, decode_letters, encode_letters

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
LETTERS = st.builds(
    Letter,
    st.sampled_from(LetterKind),
    st.integers(0, 2**62),
    WORDS,
    st.lists(st.tuples(WORDS, WORDS), max_size=6).map(tuple),
    WORDS,
    checked=st.booleans(),
)


@given(st.lists(LETTERS, max_size=5))
def test_what_is_encoded_comes_back_exactly(letters: list[Letter]) -> None:
    assert decode_letters(encode_letters(letters)) == tuple(letters)


def test_a_single_field_without_name_and_value_survives() -> None:
    letter = Letter(LetterKind.SMS, 1, "", (("", ""),), "", checked=True)

    assert decode_letters(encode_letters([letter, letter])) == (letter, letter)


def test_a_nul_in_a_field_is_refused_since_it_would_shift_all_fields_behind_it() -> None:
    letter = Letter(LetterKind.SMS, 1, "", (("a", "b\0c"),), "", checked=True)

    with pytest.raises(ValueError, match="NUL"):
        encode_letters([letter])


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"[]\n",
        b"[2,[]]\n",
        b'[1,[["sms",1,"","",true,1]]]\nonly-a-name',
        b'[1,[["sms",1,"","",true,1]]]\na\0b\0c',
        b'[1,[["letter",1,"","",true,0]]]\n',
        b'[1,[["sms",1]]]\n',
        b"\xff\n",
    ],
)
def test_bytes_that_are_no_batch_are_told_as_damage(damaged: bytes) -> None:
    with pytest.raises(DamagedError):
        decode_letters(damaged)


def test_a_letter_shows_none_of_its_words() -> None:
    letter = Letter(LetterKind.SMS, 1, "https://desk.example", (("Body", "secret-word"),), "sig-word", checked=True)

    assert "secret-word" not in repr(letter)
    assert "sig-word" not in repr(letter)
    assert letter.value("Body") == "secret-word"
    assert letter.value("From") is None
