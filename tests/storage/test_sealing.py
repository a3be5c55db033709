import secrets
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import LockedError, SealError
from storage.keys.secret import SecretBytes
from storage.sealing import OVERHEAD_BYTES, About, key_id_of, open_sealed, seal

KEY_ID = "00112233445566778899aabbccddeeff"
SECRET = SecretBytes(bytes(range(32)))
ABOUT = About(desk="maple-street", table="messages", column="body", row="ab" * 16, person="cd" * 16, schema=1)
WORDS = "Is my crown ready? – Ana 🦷".encode()

# An envelope made once, on the day this format was settled. It must open for ever.
FIRST = bytes.fromhex(
    "0100112233445566778899aabbccddeeffc8c9cacbcccdcecfd0d1d2d3580b41b6ffec98521b4b719e6c638a7099b8cc4a84"
    "f8886583c81b1145371cae759a0b43a49cb963459408dd67d0b5"
)


def test_what_is_sealed_opens() -> None:
    envelope = seal(WORDS, ABOUT, KEY_ID, SECRET)

    assert open_sealed(envelope, ABOUT, KEY_ID, SECRET) == WORDS
    assert len(envelope) == len(WORDS) + OVERHEAD_BYTES
    assert WORDS not in envelope


def test_the_first_envelope_ever_made_still_opens() -> None:
    assert open_sealed(FIRST, ABOUT, KEY_ID, SECRET) == WORDS


@given(st.binary(max_size=300))
def test_any_bytes_come_back(plain: bytes) -> None:
    assert open_sealed(seal(plain, ABOUT, KEY_ID, SECRET), ABOUT, KEY_ID, SECRET) == plain


def test_the_envelope_is_laid_out_as_documented() -> None:
    envelope = seal(b"", ABOUT, KEY_ID, SECRET)

    assert envelope[0] == 1
    assert envelope[1:17].hex() == KEY_ID == key_id_of(envelope)
    assert len(envelope) == 1 + 16 + 12 + 16


def test_what_is_bound_is_spelled_as_the_design_says() -> None:
    spelled = ABOUT.associated_data(KEY_ID)

    assert (
        spelled == b"nd1|maple-street|messages|body|" + b"ab" * 16 + b"|" + b"cd" * 16 + b"|" + KEY_ID.encode() + b"|1"
    )


def test_a_nonce_is_never_used_twice() -> None:
    nonces = {seal(b"", ABOUT, KEY_ID, SECRET)[17:29] for _ in range(20_000)}

    assert len(nonces) == 20_000


def test_the_nonce_comes_from_the_systems_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(length: int) -> bytes:
        asked.append(length)
        return b"n" * length

    monkeypatch.setattr(secrets, "token_bytes", counted)

    assert seal(b"", ABOUT, KEY_ID, SECRET)[17:29] == b"n" * 12
    assert asked == [12]


@pytest.mark.parametrize("field", [field.name for field in fields(About)])
def test_moved_to_any_other_place_it_does_not_open(field: str) -> None:
    envelope = seal(WORDS, ABOUT, KEY_ID, SECRET)
    other: dict[str, Any] = {field: 2 if field == "schema" else "other"}
    elsewhere = replace(ABOUT, **other)

    with pytest.raises(SealError):
        open_sealed(envelope, elsewhere, KEY_ID, SECRET)


def refusals() -> dict[str, tuple[bytes, About, str, SecretBytes]]:
    envelope = seal(WORDS, ABOUT, KEY_ID, SECRET)
    other_id = "ff" * 16
    return {
        "empty": (b"", ABOUT, KEY_ID, SECRET),
        "cut short": (envelope[:44], ABOUT, KEY_ID, SECRET),
        "cut at the end": (envelope[:-1], ABOUT, KEY_ID, SECRET),
        "longer": (envelope + b"x", ABOUT, KEY_ID, SECRET),
        "another version": (b"\x02" + envelope[1:], ABOUT, KEY_ID, SECRET),
        "another key id expected": (envelope, ABOUT, other_id, SECRET),
        "another key id written in": (envelope[:1] + bytes.fromhex(other_id) + envelope[17:], ABOUT, other_id, SECRET),
        "no key id": (envelope, ABOUT, "", SECRET),
        "another key": (envelope, ABOUT, KEY_ID, SecretBytes(bytes(32))),
        "a key of another length": (envelope, ABOUT, KEY_ID, SecretBytes(bytes(16))),
        "another place": (envelope, replace(ABOUT, row="ef" * 16), KEY_ID, SECRET),
    }


def test_all_failures_look_the_same_from_outside() -> None:
    seen = set()
    for values in refusals().values():
        with pytest.raises(SealError) as caught:
            open_sealed(*values)
        seen.add((type(caught.value), caught.value.code, caught.value.sentence, caught.value.remedy))
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__

    assert len(seen) == 1


def test_every_flipped_bit_is_noticed() -> None:
    envelope = seal(b"on my way", ABOUT, KEY_ID, SECRET)

    for bit in range(len(envelope) * 8):
        changed = bytearray(envelope)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealError):
            open_sealed(bytes(changed), ABOUT, KEY_ID, SECRET)


@pytest.mark.parametrize("part", ["a|b", "line\n", "nul\0", "\x7f", "|"])
@pytest.mark.parametrize("field", ["desk", "table", "column", "row", "person"])
def test_a_part_that_could_make_two_places_one_is_refused(field: str, part: str) -> None:
    other: dict[str, Any] = {field: part}

    with pytest.raises(SealError, match=field):
        replace(ABOUT, **other)


@pytest.mark.parametrize(
    ("key_id", "secret"),
    [
        ("", SECRET),
        ("AB" * 16, SECRET),
        (KEY_ID + "00", SECRET),
        (KEY_ID, SecretBytes(b"")),
        (KEY_ID, SecretBytes(bytes(16))),
        (KEY_ID, SecretBytes(bytes(24))),
        (KEY_ID, SecretBytes(bytes(33))),
    ],
)
def test_nothing_is_sealed_with_less_than_a_whole_key(key_id: str, secret: SecretBytes) -> None:
    with pytest.raises(SealError):
        seal(b"", ABOUT, key_id, secret)


def test_a_locked_desk_seals_and_opens_nothing() -> None:
    secret = SecretBytes(bytes(32))
    envelope = seal(b"", ABOUT, KEY_ID, secret)
    secret.wipe()

    with pytest.raises(LockedError):
        seal(b"", ABOUT, KEY_ID, secret)
    with pytest.raises(LockedError):
        open_sealed(envelope, ABOUT, KEY_ID, secret)


@pytest.mark.parametrize("envelope", [b"", b"\x01", b"\x01" * 44, b"\x00" + b"x" * 60])
def test_what_is_no_envelope_has_no_key_id(envelope: bytes) -> None:
    with pytest.raises(SealError):
        key_id_of(envelope)
