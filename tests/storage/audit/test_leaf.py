import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from storage.audit import leaf as leaves
from storage.audit.leaf import Action, Leaf, read_leaf
from storage.errors import LeafRefusedError

ID, DIGEST = "0123456789abcdef" * 2, "0123456789abcdef" * 4


def a_leaf(**other: Any) -> Leaf:
    values: dict[str, Any] = {
        "desk": "maple-street",
        "i": 7,
        "at": 1_800_000_000_000,
        "actor": "core",
        "action": Action.RECEIVED,
        "object": ID,
        "detail": {},
    }
    return Leaf(**(values | other))


def test_a_leaf_is_spelled_in_one_way_only() -> None:
    spelled = a_leaf(detail={"late": False, "count": 2, "rows": [ID], "source": "text"}).canonical()

    assert spelled == (
        b'{"action":"received","actor":"core","at":1800000000000,"desk":"maple-street","detail":'
        b'{"count":2,"late":false,"rows":["'
        + ID.encode()
        + b'"],"source":"text"},"i":7,"object":"'
        + ID.encode()
        + b'","v":1}'
    )


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=32).filter(lambda name: name[0] != "_")
ATOMS = st.one_of(
    st.booleans(),
    st.integers(-99_999_999, 99_999_999),
    st.sampled_from([ID, DIGEST, "sms", "quiet-hours", "aes-256", "model.down", "a_b"]),
)
VALUES = st.one_of(ATOMS, st.lists(ATOMS, max_size=20))


@given(st.dictionaries(NAMES.filter(lambda name: not name.endswith("_at") and name != "at"), VALUES, max_size=24))
def test_whatever_may_stand_in_a_leaf_is_read_back_and_both_spellings_agree(detail: dict[str, Any]) -> None:
    leaf = a_leaf(detail=detail)

    spelled = leaf.canonical()

    assert spelled == rfc8785.dumps(leaf.as_json())
    assert spelled == json.dumps(leaf.as_json(), sort_keys=True, separators=(",", ":")).encode()
    assert read_leaf(spelled) == leaf


@pytest.mark.parametrize(
    "value",
    [
        "sms",
        "quiet-hours",
        "claude-opus-4.5",
        "http-503",
        "x" * 40,
        ID,
        DIGEST,
        0,
        -5,
        99_999_999,
        True,
        [],
        [1, "two", ID, False],
        (ID, DIGEST),
        [ID] * 256,
        Action.SENT,
    ],
)
def test_counts_codes_ids_and_digests_may_stand_in_a_leaf(value: Any) -> None:
    assert a_leaf(detail={"what": value}).detail == {"what": value}


@pytest.mark.parametrize(
    "value",
    [
        "Are you open on Sunday?",
        "Ana",
        "ana lopez",
        "zoë",
        "",
        "+15125550100",
        "15125550100",
        "512-555-0100",
        "tel-5125550100",
        "a1b2c3d4e5f6",
        "ana@example.com",
        "SM" + ID,
        ID.upper(),
        ID[:-1],
        "x" * 41,
        "two--hyphens",
        "trailing-",
        "line\n",
        ID + "\n",
        5125550100,
        15125550100,
        -5125550100,
        100_000_000,
        2**60,
        1.5,
        None,
        b"bytes",
        {},
        {"nested": 1},
        [[1]],
        ["ana lopez"],
        [5125550100],
        [None],
        [ID] * 257,
        {1, 2},
    ],
)
def test_words_names_and_numbers_of_people_are_refused_and_not_quoted(value: Any) -> None:
    with pytest.raises(LeafRefusedError) as caught:
        a_leaf(detail={"what": value})

    assert caught.value.code == "leaf-refused"
    assert str(value) not in caught.value.sentence or not value


def test_times_stand_under_keys_that_say_so() -> None:
    assert a_leaf(detail={"expires_at": 1_800_000_000_000, "at": 1_800_000_000_000}).detail
    for detail in ({"expires": 1_800_000_000_000}, {"expires_at": 5125550100}, {"expires_at": 10**13}):
        with pytest.raises(LeafRefusedError):
            a_leaf(detail=detail)


@pytest.mark.parametrize(
    "other",
    [
        {"i": -1},
        {"i": True},
        {"at": -1},
        {"at": 10**13},
        {"at": 1.5},
        {"actor": ""},
        {"actor": "Ana Lopez"},
        {"actor": "ana@example.com"},
        {"actor": "5125550100"},
        {"object": "Ana"},
        {"object": "+15125550100"},
        {"object": "a b"},
        {"detail": {"Key": 1}},
        {"detail": {"a key": 1}},
        {"detail": {"k" * 33: 1}},
        {"detail": {"k1": 1}},
        {"detail": {"": 1}},
        {"detail": {chr(97 + place // 26) + chr(97 + place % 26): 1 for place in range(25)}},
    ],
)
def test_every_field_is_checked(other: dict[str, Any]) -> None:
    with pytest.raises(LeafRefusedError):
        a_leaf(**other)


@pytest.mark.parametrize("actor", ["core", "owner", "door", "front-desk", ID, f"member:{ID}", f"token:{DIGEST}"])
def test_an_actor_is_a_code_or_an_id_with_or_without_its_kind(actor: str) -> None:
    assert a_leaf(actor=actor).actor == actor


def test_a_leaf_has_a_largest_size() -> None:
    with pytest.raises(LeafRefusedError, match="size"):
        a_leaf(detail={name: [DIGEST] * 256 for name in ("a", "b")}).canonical()


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_name_that_fits_its_column(action: Action) -> None:
    assert leaves._is_token(action.value)
    assert len(action.value) <= 32


@pytest.mark.parametrize(
    "spelled",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b"7",
        b"\xff",
        b"[" * 16_000,
        a_leaf().canonical() + b" ",
        a_leaf().canonical().replace(b'"i":7', b'"i": 7'),
        a_leaf().canonical().replace(b'"v":1', b'"v":2'),
        a_leaf().canonical().replace(b',"v":1', b""),
        a_leaf().canonical().replace(b',"v":1', b',"v":1,"v":1'),
        a_leaf().canonical().replace(b',"v":1', b',"v":1,"w":1'),
        a_leaf().canonical().replace(b'"received"', b'"invented"'),
        a_leaf().canonical().replace(b'"received"', b"7"),
        a_leaf().canonical().replace(b'"action":"received",', b""),
        a_leaf().canonical().replace(b'"detail":{}', b'"detail":[]'),
        a_leaf().canonical().replace(b'"detail":{}', b'"detail":null'),
        a_leaf().canonical().replace(b'"core"', b"null"),
        a_leaf().canonical().replace(b'"at":1800000000000', b'"at":NaN'),
        a_leaf().canonical().replace(b'"object":"' + ID.encode() + b'"', b'"object":7'),
    ],
)
def test_what_is_no_leaf_is_never_read_as_one(spelled: bytes) -> None:
    with pytest.raises((ValueError, LeafRefusedError)):
        read_leaf(spelled)
