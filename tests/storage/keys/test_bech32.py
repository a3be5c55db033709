import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.keys import agekeys, bech32
from storage.keys.secret import SecretBytes


@given(st.binary(max_size=64))
def test_what_is_encoded_decodes(payload: bytes) -> None:
    text = bech32.encode("age", payload)

    assert bech32.decode("age", text) == payload
    assert bech32.decode("age", text.upper()) == payload


@given(st.binary(min_size=32, max_size=32), st.data())
def test_one_changed_character_is_always_noticed(payload: bytes, data: st.DataObject) -> None:
    text = bech32.encode("age", payload)
    place = data.draw(st.integers(4, len(text) - 1))
    letter = data.draw(st.sampled_from([c for c in bech32._ALPHABET if c != text[place]]))

    with pytest.raises(bech32.Bech32Error):
        bech32.decode("age", text[:place] + letter + text[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age",
        "age1",
        "age1qqqqq",
        "Age1qqqqqqqqqq",
        "agf1" + bech32.encode("age", b"x" * 32)[4:],
        bech32.encode("agf", b"x" * 32),
        bech32.encode("age", b"x" * 32).replace("x", "b", 1),
        bech32.encode("age", b"x" * 32) + "\u017f",
    ],
)
def test_what_is_not_bech32_of_this_kind_is_refused(text: str) -> None:
    with pytest.raises(bech32.Bech32Error):
        bech32.decode("age", text)


def test_bits_that_fit_no_byte_are_refused() -> None:
    # Nine bits of which the last is set, and a whole spare symbol: both spelled with a check that holds.
    for symbols in ([31, 31, 31], [0, 0, 0]):
        check = bech32._polymod([*bech32._spread("age"), *symbols, 0, 0, 0, 0, 0, 0]) ^ 1
        tail = [check >> 5 * (5 - place) & 31 for place in range(6)]
        text = "age1" + "".join(bech32._ALPHABET[symbol] for symbol in symbols + tail)
        with pytest.raises(bech32.Bech32Error):
            bech32.decode("age", text)


@given(st.binary(min_size=32, max_size=32))
def test_an_identity_is_spelled_as_the_age_library_spells_it(raw: bytes) -> None:
    secret = SecretBytes(raw)

    identity = pyrage.x25519.Identity.from_str(agekeys.spelled(secret))

    assert str(identity) == agekeys.spelled(secret)
    assert str(identity.to_public()) == agekeys.recipient_of(secret)
    assert agekeys.is_recipient(agekeys.recipient_of(secret))


@pytest.mark.parametrize("text", ["", "age1", "AGE1QQQ", "age1qqqqqqqq", bech32.encode("age", b"short")])
def test_what_is_no_recipient_is_told_apart(text: str) -> None:
    assert not agekeys.is_recipient(text)


def test_a_recipient_in_upper_case_is_refused_since_keyrings_are_compared_byte_by_byte() -> None:
    assert not agekeys.is_recipient(agekeys.recipient_of(agekeys.new_identity()).upper())
