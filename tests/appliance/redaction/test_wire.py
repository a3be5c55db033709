"""The wire check: no known identifier leaves, however it is written; what it says names no words."""

import json

import pytest

from appliance.redaction.errors import WireCheckError
from appliance.redaction.wire import KnownIdentifiers, check_wire

KNOWN = KnownIdentifiers(
    frozenset({"+15125550142", "Dana Reyes", "José", "dana.reyes@example.com", "1420 Elm St Apt 3b", "XJ-44719"})
)


def body(words: str) -> bytes:
    return json.dumps({"messages": [{"role": "user", "content": [{"type": "text", "text": words}]}]}).encode()


@pytest.mark.parametrize(
    "words",
    [
        "call 512-555-0142",
        "call (512) 555 0142 now",
        "five one two five five five oh one four two",
        "５１２５５５０１４２",
        "5 1 2 5 5 5 0 1 4 2",
        "cinco uno dos cinco cinco cinco cero uno cuatro dos",
        "its DANA  REYES",
        "dana\nreyes",
        "d\u200bana reyes",
        "jose said so",
        "JOSÉ",
        "dana.reyes@example.com",
        "1420 elm st, apt 3b",
        "order xj 44719",
        "d a n a  r e y e s",
        "D.A.N.A. R.E.Y.E.S.",
        "danareyes",
        "dana dot reyes at example dot com",
        "dana punto reyes arroba example punto com",
        "ＤＡＮＡ ＲＥＹＥＳ",
        "d\u0430na r\u0435yes",
        "d\u0301a\u0301na reyes",
    ],
)
def test_a_known_identifier_in_any_spelling_stops_the_request(words: str) -> None:
    with pytest.raises(WireCheckError):
        check_wire(body(words), KNOWN)


@pytest.mark.parametrize(
    "words", ["[NAME_1] at [PHONE_1]", "danas reyes", "we open at 5, 1 or 2", "call 512", "joseph is here", ""]
)
def test_other_words_pass(words: str) -> None:
    check_wire(body(words), KNOWN)


def test_an_identifier_in_a_key_or_in_plain_bytes_is_found_too() -> None:
    with pytest.raises(WireCheckError):
        check_wire(json.dumps({"dana reyes": 1}).encode(), KNOWN)
    with pytest.raises(WireCheckError):
        check_wire(b"dana reyes", KNOWN)
    with pytest.raises(WireCheckError):
        check_wire(json.dumps({"n": 5125550142}).encode(), KNOWN)


def test_the_error_names_a_digest_and_no_words() -> None:
    with pytest.raises(WireCheckError) as caught:
        check_wire(body("dana reyes"), KNOWN)

    assert "dana" not in str(caught.value).lower()
    assert "dana" not in repr(KNOWN).lower()


def test_a_first_name_that_is_an_ordinary_word_does_not_stop_every_request() -> None:
    known = KnownIdentifiers(frozenset({"Will", "Will Carter"}))

    check_wire(body("we will call you back"), known)
    with pytest.raises(WireCheckError):
        check_wire(body("tell will carter"), known)


def test_a_deeply_nested_body_is_searched_to_the_bottom() -> None:
    nested: object = "dana reyes"
    for _ in range(200):
        nested = [nested]

    with pytest.raises(WireCheckError):
        check_wire(json.dumps(nested).encode(), KNOWN)
