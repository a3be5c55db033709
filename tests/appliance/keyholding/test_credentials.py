"""New secrets of other services: used at once, the carrier's old token beside the new one for an hour at most."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from appliance.intake.signature import sign
from appliance.keyholding.credentials import (
    BOTH_FOR_MS,
    UNPROVEN,
    CarrierTokens,
    CredentialError,
    held,
    last_four,
    renew,
    used_by,
)
from appliance.line import DoorAwayError
from appliance.settings.read import parse_settings
from storage.credentials import CredentialName
from storage.errors import MissingError
from storage.keys.secret import SecretBytes
from storage.letters import Letter, LetterKind
from storage.vault import Vault
from tests import desks
from tests.appliance.evening import SETTINGS
from tests.standins.clock import FixedClock
from tests.standins.lines import Listening

OLD, NEW, NEWER = "0" * 28 + "aaaa", "1" * 28 + "bbbb", "2" * 28 + "cccc"
URL = "https://desk.example/hooks/maple/sms"


def secret(text: str) -> SecretBytes:
    return SecretBytes(text.encode())


@pytest.fixture
def line() -> Listening:
    return Listening()


@pytest.fixture
def tokens(vault: Vault, clock: FixedClock, line: Listening) -> CarrierTokens:
    with vault.transaction() as tx:
        tx.credentials.put(CredentialName.CARRIER_TOKEN, secret(OLD), at=clock.now())
    return CarrierTokens(vault=vault, clock=clock, line=line)


def letter(token: str, url: str = URL) -> Letter:
    fields = (("Body", "are you open?"), ("MessageSid", "SM1"))
    return Letter(LetterKind.SMS, desks.NOW, url, fields, sign(token, url, fields), checked=True)


def leaves(vault: Vault) -> list[dict[str, Any]]:
    with vault.look() as tx:
        return [json.loads(body) for body in tx.audit.bodies()]


def alerts(vault: Vault) -> list[str]:
    with vault.look() as tx:
        return [alert.code for alert in tx.alerts.unseen()]


def test_both_tokens_are_taken_by_door_and_intake_and_ours_is_the_new_one(
    tokens: CarrierTokens, line: Listening, vault: Vault
) -> None:
    tokens.renew(secret(NEW), by="owner")

    assert tokens.current() == NEW
    assert line.handed == [(NEW, OLD)]
    assert tokens.signed(letter(OLD), "https://desk.example")
    assert tokens.signed(letter(NEW), "https://desk.example")
    assert not tokens.signed(letter(NEWER), "https://desk.example")
    assert not tokens.signed(letter(NEW), "https://elsewhere.example")
    assert leaves(vault)[-1]["detail"] == {"name": "carrier-token", "both_until_at": desks.NOW + BOTH_FOR_MS}
    assert NEW not in str(leaves(vault))


def test_the_old_one_is_dropped_when_a_text_signed_with_the_new_one_came(
    tokens: CarrierTokens, line: Listening, vault: Vault
) -> None:
    tokens.renew(secret(NEW), by="owner")

    tokens.seen([letter(OLD)])
    assert tokens.accepted() == (NEW, OLD)
    tokens.seen([letter(OLD), letter(NEW)])

    assert tokens.accepted() == (NEW,)
    assert line.handed[-1] == (NEW,)
    assert not tokens.signed(letter(OLD), "https://desk.example")
    assert leaves(vault)[-1]["detail"] == {"name": "carrier-token-before", "proven": True}
    assert alerts(vault) == []


def test_after_an_hour_without_such_a_text_it_is_dropped_with_an_alert(
    tokens: CarrierTokens, line: Listening, clock: FixedClock, vault: Vault
) -> None:
    tokens.renew(secret(NEW), by="owner")

    clock.advance(BOTH_FOR_MS - 1)
    tokens.drop_late()
    assert tokens.accepted() == (NEW, OLD)
    clock.advance(1)
    assert tokens.accepted() == (NEW,)
    tokens.drop_late()
    tokens.drop_late()

    assert line.handed[-1] == (NEW,)
    assert alerts(vault) == [UNPROVEN]
    assert leaves(vault)[-1]["detail"] == {"name": "carrier-token-before", "proven": False}


def test_the_hour_goes_on_through_a_restart(tokens: CarrierTokens, vault: Vault, clock: FixedClock) -> None:
    tokens.renew(secret(NEW), by="owner")

    clock.advance(BOTH_FOR_MS // 2)
    again = CarrierTokens(vault=vault, clock=clock, line=Listening())
    assert again.accepted() == (NEW, OLD)
    clock.advance(BOTH_FOR_MS // 2)
    late = CarrierTokens(vault=vault, clock=clock, line=Listening())

    assert late.accepted() == (NEW,)
    late.drop_late()
    assert alerts(vault) == [UNPROVEN]


def test_a_clock_that_is_set_back_does_not_make_the_hour_longer(tokens: CarrierTokens, clock: FixedClock) -> None:
    tokens.renew(secret(NEW), by="owner")

    clock.advance(-1)

    assert tokens.accepted() == (NEW,)


def test_a_mistyped_new_token_gives_way_to_the_next_and_the_old_one_keeps_its_hour(
    tokens: CarrierTokens, clock: FixedClock
) -> None:
    tokens.renew(secret(NEW), by="owner")
    clock.advance(BOTH_FOR_MS - 10)

    tokens.renew(secret(NEWER), by="owner")

    assert tokens.accepted() == (NEWER, OLD)
    clock.advance(10)
    assert tokens.accepted() == (NEWER,)


def test_a_desk_that_lost_its_token_gets_one(vault: Vault, clock: FixedClock, tokens: CarrierTokens) -> None:
    with vault.transaction() as tx:
        tx.credentials.remove(CredentialName.CARRIER_TOKEN)
    with pytest.raises(MissingError) as refused:
        tokens.current()
    assert "keys rotate --credential carrier-token" in refused.value.remedy

    tokens.renew(secret(NEW), by="owner")
    tokens.drop_late()

    assert tokens.accepted() == (NEW,)
    assert alerts(vault) == []


def test_a_door_that_is_away_keeps_no_new_token_from_the_vault(vault: Vault, clock: FixedClock) -> None:
    class Away(Listening):
        def hand_tokens(self, tokens: Sequence[str]) -> None:
            raise DoorAwayError("it restarts just now")

    with vault.transaction() as tx:
        tx.credentials.put(CredentialName.CARRIER_TOKEN, secret(OLD), at=clock.now())
    tokens = CarrierTokens(vault=vault, clock=clock, line=Away())

    tokens.renew(secret(NEW), by="owner")
    tokens.seen([letter(NEW)])

    assert tokens.accepted() == (NEW,)


def test_other_credentials_are_read_at_each_call(vault: Vault, tokens: CarrierTokens) -> None:
    key = held(vault, CredentialName.MODEL_KEY, otherwise="none")
    assert key() == "none"

    for value in ("a-key-of-the-model", "another-key-of-the-model"):
        renew(CredentialName.MODEL_KEY, secret(value), by="owner", vault=vault, tokens=tokens, at=desks.NOW)
        assert key() == value
    assert [leaf["detail"] for leaf in leaves(vault)] == [{"name": "model-key"}] * 2


@pytest.mark.parametrize("value", ["", "  ", "two\nlines", "ü" * 20, "x" * 5000, "bell\x07"])
def test_what_is_no_key_or_token_is_refused(vault: Vault, tokens: CarrierTokens, value: str) -> None:
    with pytest.raises(CredentialError):
        renew(CredentialName.CARRIER_TOKEN, secret(value), by="owner", vault=vault, tokens=tokens, at=desks.NOW)

    assert tokens.accepted() == (OLD,)


def test_of_a_credential_four_letters_are_shown_and_of_a_short_one_none() -> None:
    assert (last_four(secret(OLD)), last_four(secret("short-password!"))) == ("aaaa", "")


def test_a_desk_has_use_for_what_its_settings_name() -> None:
    plain = SETTINGS.format(kind="general", unattended="approved")
    more = plain + (
        '[model]\nkind = "claude"\napi_key = { file = "k" }\n[mail]\nhost = "mail.example.com"\nport = 587\n'
        'tls = "starttls"\nsender = "a@example.com"\nowner = "b@example.com"\nuser = "a"\npassword = { file = "p" }\n'
    )

    assert used_by(parse_settings(plain)) == (CredentialName.CARRIER_TOKEN,)
    assert used_by(parse_settings(more)) == (
        CredentialName.CARRIER_TOKEN,
        CredentialName.MODEL_KEY,
        CredentialName.MAIL_PASSWORD,
    )
