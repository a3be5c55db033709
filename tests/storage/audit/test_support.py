"""The log for support: nothing in it joins with anything outside."""

import json
import re

import pyrage
import pytest

from storage.audit.leaf import Action, Leaf
from storage.audit.support import Disguise, acts, quarter, sealed_to
from storage.errors import RecipientError

NOW = 1_800_000_123_456
PERSON, MESSAGE, DIGEST = "ab" * 16, "cd" * 16, "ef" * 32
LEAVES = (
    Leaf("maple-street", 7, NOW, "desk", Action.RECEIVED, MESSAGE, {"person": PERSON, "late": False, "count": 3}),
    Leaf("maple-street", 8, NOW, f"member:{PERSON}", Action.READ, "", {"rows": [PERSON, MESSAGE], "shown": "thread"}),
    Leaf(
        "maple-street",
        9,
        NOW,
        "anna",
        Action.LOG_EXPORTED,
        "",
        {"digest": DIGEST, "made_at": NOW, "kinds": ["a"], "seen_at": [NOW, NOW]},
    ),
)


def told(disguise: Disguise) -> list[dict[str, object]]:
    return acts([leaf.canonical() for leaf in LEAVES], disguise)


def test_ids_become_pseudonyms_and_codes_stay() -> None:
    first, second, third = told(Disguise())

    assert (first["actor"], first["action"], first["at"]) == ("desk", "received", quarter(NOW))
    assert first["detail"]["late"] is False  # type: ignore[index]
    assert (first["detail"]["count"], second["detail"]["shown"]) == (3, "thread")  # type: ignore[index]
    # Within one bundle the same id is the same pseudonym.
    assert second["detail"]["rows"] == [first["detail"]["person"], first["object"]]  # type: ignore[index]
    assert third["detail"]["made_at"] == quarter(NOW)  # type: ignore[index]
    assert third["detail"]["seen_at"] == [quarter(NOW)] * 2  # type: ignore[index]
    assert third["detail"]["kinds"] == ["a"]  # type: ignore[index]


def test_nothing_in_it_is_an_id_a_name_of_staff_a_place_in_the_log_or_an_exact_time() -> None:
    spelled = json.dumps(told(Disguise()))

    assert not re.search(r"[0-9a-f]{32}", spelled)
    for secret in (PERSON, MESSAGE, DIGEST, "anna", "member", "maple", str(NOW), '"i"'):
        assert secret not in spelled


def test_two_bundles_cannot_be_joined() -> None:
    names = [set(re.findall(r"x[0-9a-f]{10}", json.dumps(told(Disguise())))) for _ in range(2)]

    assert len(names[0]) == len(names[1]) == 5
    assert not names[0] & names[1]


def test_times_are_rounded_down_to_a_quarter_of_an_hour() -> None:
    assert quarter(0) == quarter(15 * 60_000 - 1) == "1970-01-01T00:00Z"
    assert quarter(15 * 60_000) == "1970-01-01T00:15Z"


def test_only_the_recipient_opens_it() -> None:
    support, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()

    sealed = sealed_to(f" {support.to_public()}\n", b"what was read")

    assert pyrage.decrypt(sealed, [support]) == b"what was read"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])


@pytest.mark.parametrize("wrong", ["", "support@example.com", "age1", "AGE-SECRET-KEY-1"])
def test_without_a_recipient_nothing_is_sealed(wrong: str) -> None:
    with pytest.raises(RecipientError):
        sealed_to(wrong, b"x")
