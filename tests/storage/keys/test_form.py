"""The text of a keyring: what is read, and what is refused although its checksum holds."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import KeyringDamagedError
from storage.keys import keyring, ringfile
from storage.keys.slots import STANDARD, Argon2Profile
from tests.storage.keys.conftest import Made


def spelled(body: bytes, head: bytes = b"nightdesk keyring 1\n") -> bytes:
    kept = head + body + b"\nhmac " + b"0" * 64 + b"\n"
    return kept + b"sha256 " + hashlib.sha256(kept).hexdigest().encode() + b"\n"


@pytest.fixture
def said(made: Made) -> Any:
    return json.loads((made.folder / "keyring.a").read_bytes().split(b"\n")[1])


def put(*path: Any, value: Any) -> Callable[[Any], Any]:
    def change(said: Any) -> None:
        for step in path[:-1]:
            said = said[step]
        said[path[-1]] = value

    return change


def drop(*path: Any) -> Callable[[Any], Any]:
    def change(said: Any) -> None:
        for step in path[:-1]:
            said = said[step]
        del said[path[-1]]

    return change


CHANGES: dict[str, Callable[[Any], Any]] = {
    "no desk": drop("desk"),
    "a desk with a bar": put("desk", value="maple|street"),
    "a desk in capitals": put("desk", value="MAPLE"),
    "a desk of another kind": put("desk", value=7),
    "a lone surrogate": put("desk", value="\ud800"),
    "a sequence that is text": put("sequence", value="2"),
    "a sequence that is true": put("sequence", value=True),
    "a sequence below zero": put("sequence", value=-1),
    "a sequence past the bound": put("sequence", value=2**53),
    "a broken sequence": put("sequence", value=1.5),
    "no root": drop("root"),
    "a root that is a list": put("root", value=[]),
    "an age file that is not base64": put("root", "age", value="*"),
    "an id in capitals": put("root", "id", value="AB" * 16),
    "a short id": put("root", "id", value="ab"),
    "no slots": put("slots", value=[]),
    "slots that are a number": put("slots", value=3),
    "a slot that is null": put("slots", 0, value=None),
    "a slot of an unknown kind": put("slots", 1, "kind", value="fingerprint"),
    "a passphrase slot without its wrapping": drop("slots", 0, "wrapped"),
    "a recovery slot that says passphrase": put("slots", 1, "kind", value="passphrase"),
    "a recipient that is none": put("slots", 1, "recipient", value="age1qqqq"),
    "a salt in capitals": put("slots", 0, "salt", value="AB" * 16),
    "a short salt": put("slots", 0, "salt", value="ab"),
    "an odd wrapping": put("slots", 0, "wrapped", value="abc"),
    "more than a slot says": put("slots", 0, "hint", value="the cat's name"),
    "no keys": put("keys", value=[]),
    "a key of an unknown name": put("keys", 0, "name", value="master"),
    "a key of an unknown state": put("keys", 0, "state", value="lost"),
    "an active key without its secret": put("keys", 0, "wrapped", value=""),
    "a short wrapped key": put("keys", 0, "wrapped", value="abcd"),
    "no active key of a name": put("keys", 0, "state", value="retired"),
    "more than a keyring says": put("note", value="hello"),
    "too much memory": put("slots", 0, "argon2id", "memory_kib", value=64 * 1024 * 1024),
    "too little memory": put("slots", 0, "argon2id", "memory_kib", value=1024),
    "too many passes": put("slots", 0, "argon2id", "passes", value=10**6),
    "too few passes": put("slots", 0, "argon2id", "passes", value=1),
    "too many lanes": put("slots", 0, "argon2id", "lanes", value=10**6),
    "no lanes": put("slots", 0, "argon2id", "lanes", value=0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_no_keyring_says_is_refused_before_anything_is_run(said: Any, name: str) -> None:
    CHANGES[name](said)

    with pytest.raises(KeyringDamagedError):
        ringfile.decode(spelled(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()))


def test_the_unchanged_values_pass_so_that_the_refusals_above_mean_something(said: Any) -> None:
    assert ringfile.decode(spelled(rfc8785.dumps(said))).desk == said["desk"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"desk":NaN}',
    ],
)
def test_a_body_that_is_no_keyring_is_refused(body: bytes) -> None:
    with pytest.raises(KeyringDamagedError):
        ringfile.decode(spelled(body))


def test_another_spelling_of_the_same_values_is_refused(said: Any) -> None:
    for body in (
        json.dumps(said).encode(),
        rfc8785.dumps(said) + b" ",
        rfc8785.dumps(said)[:-1] + b',"desk":"maple-street"}',
    ):
        with pytest.raises(KeyringDamagedError):
            ringfile.decode(spelled(body))


def test_a_later_form_is_refused(said: Any) -> None:
    with pytest.raises(KeyringDamagedError, match="another form"):
        ringfile.decode(spelled(rfc8785.dumps(said), head=b"nightdesk keyring 2\n"))
    with pytest.raises(KeyringDamagedError, match="another form"):
        ringfile.decode(spelled(rfc8785.dumps(said) + b"\nmore"))


@given(st.binary(max_size=400))
def test_noise_is_always_damage_and_never_another_failure(noise: bytes) -> None:
    for raw in (
        noise,
        spelled(noise),
        noise + b"\nsha256 " + hashlib.sha256(noise + b"\n").hexdigest().encode() + b"\n",
    ):
        with pytest.raises(KeyringDamagedError):
            ringfile.decode(raw)


def test_what_is_written_is_read_back_the_same(made: Made) -> None:
    keys = keyring.unlock(made.folder, recovery=made.typed)

    raw = ringfile.encode(keys.ring, keys.root)

    assert ringfile.authenticate(raw, ringfile.decode(raw), keys.root) == keys.ring
    assert raw == (made.folder / keys.copy).read_bytes()


def test_the_work_factors_of_the_design_are_within_the_bounds_and_weaker_ones_are_not() -> None:
    assert STANDARD.memory_kib == 256 * 1024
    with pytest.raises(KeyringDamagedError):
        Argon2Profile(passes=3, memory_kib=64 * 1024 - 1, lanes=4)
