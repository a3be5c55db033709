from urllib.parse import quote_from_bytes, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.door.form import decode_form
from ui.door.refusal import Refused

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=64))
def test_what_a_carrier_encodes_is_decoded_exactly(form: dict[str, str]) -> None:
    assert decode_form(urlencode(form).encode()) == (tuple(form.items()), form)


@given(TEXT)
def test_text_that_is_encoded_twice_is_decoded_once(text: str) -> None:
    once = quote_plus(text)

    assert decode_form(f"Body={quote_plus(once)}".encode())[0] == (("Body", once),)


@given(st.binary())
def test_bytes_are_decoded_as_utf_8_or_refused(data: bytes) -> None:
    body = f"Body={quote_from_bytes(data)}".encode()

    try:
        fields, values = decode_form(body)
    except Refused:
        assert b"\0" in data or not _is_utf_8(data)
    else:
        assert fields == (("Body", data.decode()),)
        assert values == {"Body": data.decode()}


@given(st.binary())
def test_no_body_whatever_makes_it_fail_otherwise(body: bytes) -> None:
    try:
        fields, values = decode_form(body)
    except Refused:
        return
    assert values == dict(fields)
    assert len(values) == len(fields) <= 64


@given(st.text("%2Bb+=", max_size=12))
def test_the_short_way_for_phone_numbers_decodes_what_the_long_way_does(value: str) -> None:
    escaped = quote_plus(value)

    assert decode_form(f"From={escaped}&{escaped}x=1".encode())[0] == (("From", value), (value + "x", "1"))


def test_an_empty_body_has_no_fields() -> None:
    assert decode_form(b"") == ((), {})
    assert decode_form(b"Body")[0] == (("Body", ""),)


def test_escapes_in_names_do_not_hide_a_repeated_one() -> None:
    with pytest.raises(Refused, match="repeated-name"):
        decode_form(b"Body=a&%42ody=b")


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
