from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import RecoveryCodeError
from storage.keys import agekeys, bech32, sheet
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet, read_sheet
from tests.damage import mistyped

IDENTITY = SecretBytes(bytes(range(100, 132)))
PRINTED = RecoverySheet("maple-street", "ab" * 16, 1_800_000_000_000, IDENTITY)


@given(st.binary(min_size=32, max_size=32))
def test_any_identity_is_read_back_from_its_groups(raw: bytes) -> None:
    groups = RecoverySheet("maple-street", "ab" * 16, 0, SecretBytes(raw)).groups

    assert len(groups) == 14
    assert all(len(group) == 5 for group in groups)
    assert read_sheet(" ".join(groups)) == SecretBytes(raw)


@pytest.mark.parametrize(
    "typed",
    [
        "".join(PRINTED.groups),
        "-".join(PRINTED.groups).lower(),
        "\r\n".join(PRINTED.groups) + "\n",
        "   ".join(f"{group[:3]} {group[3:]}" for group in PRINTED.groups),
        " ".join(PRINTED.groups).replace("0", "O").replace("1", "l"),
        agekeys.spelled(IDENTITY),
        agekeys.spelled(IDENTITY).lower(),
        PRINTED.text(),
        PRINTED.text().replace("\n", "\r\n"),
    ],
)
def test_it_may_be_typed_in_any_way_a_person_types(typed: str) -> None:
    assert read_sheet(typed) == IDENTITY


def test_each_wrong_character_is_found_and_its_group_named() -> None:
    groups = PRINTED.groups
    for place, group in enumerate(groups):
        for at in range(5):
            for letter in set(sheet._ALPHABET) - {group[at]}:
                typed = [*groups[:place], group[:at] + letter + group[at + 1 :], *groups[place + 1 :]]
                with pytest.raises(RecoveryCodeError, match=f"group {place + 1} "):
                    read_sheet(" ".join(typed))


def test_two_exchanged_characters_are_found() -> None:
    groups = PRINTED.groups
    for place, group in enumerate(groups):
        for one, two in combinations(range(5), 2):
            letters = list(group)
            letters[one], letters[two] = letters[two], letters[one]
            if (mixed := "".join(letters)) == group:
                continue
            with pytest.raises(RecoveryCodeError, match=f"group {place + 1} "):
                read_sheet(" ".join([*groups[:place], mixed, *groups[place + 1 :]]))


def test_two_exchanged_groups_are_found() -> None:
    for one, two in combinations(range(14), 2):
        groups = list(PRINTED.groups)
        groups[one], groups[two] = groups[two], groups[one]
        with pytest.raises(RecoveryCodeError, match=f"group {one + 1} "):
            read_sheet(" ".join(groups))


def test_a_group_of_another_sheet_in_its_place_is_found() -> None:
    other = RecoverySheet("maple-street", "cd" * 16, 0, SecretBytes(bytes(32))).groups

    with pytest.raises(RecoveryCodeError, match="do not belong together"):
        read_sheet(" ".join([*PRINTED.groups[:5], other[5], *PRINTED.groups[6:]]))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hello",
        " ".join(PRINTED.groups[:-1]),
        " ".join([*PRINTED.groups, "ABCDE"]),
        "U" * 70,
        "é" * 70,
        "0" * 10_000,
    ],
)
def test_what_is_no_sheet_is_refused(typed: str) -> None:
    with pytest.raises(RecoveryCodeError):
        read_sheet(typed)


def test_a_group_with_a_character_too_few_is_named() -> None:
    groups = PRINTED.groups

    with pytest.raises(RecoveryCodeError, match="group 3 "):
        read_sheet(" ".join([*groups[:2], groups[2][:4], *groups[3:]]))


def test_a_sheet_of_a_later_form_is_said_to_be_one() -> None:
    number = 2 << 256 | int.from_bytes(IDENTITY.reveal(), "big")
    symbols = [number >> 5 * (51 - place) & 31 for place in range(52)] + sheet._sum(IDENTITY.reveal())
    fours = [symbols[start : start + 4] for start in range(0, 56, 4)]
    groups = ["".join(sheet._ALPHABET[s] for s in [*four, sheet._check(four, at)]) for at, four in enumerate(fours)]

    with pytest.raises(RecoveryCodeError, match="form"):
        read_sheet(" ".join(groups))


@pytest.mark.parametrize(
    "typed",
    [
        mistyped(agekeys.spelled(IDENTITY)),
        agekeys.spelled(IDENTITY)[:-1],
        bech32.encode(agekeys.IDENTITY_PREFIX, b"short").upper(),
    ],
)
def test_a_mistyped_age_key_is_refused(typed: str) -> None:
    with pytest.raises(RecoveryCodeError):
        read_sheet(typed)


def test_the_printed_sheet_says_whose_it_is_and_its_repr_says_no_secret() -> None:
    text = PRINTED.text()

    assert "desk maple-street - sheet abababab - made 2027-01-15" in text
    assert all(group in text for group in PRINTED.groups)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert not any(group in repr(PRINTED) for group in PRINTED.groups)
