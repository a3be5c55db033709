"""The settings file: read whole, every mistake told at once, and no secret in it."""

import pytest

from appliance.settings.read import SettingsError, parse_settings
from appliance.settings.values import CarrierKind, DeskKind, ModelKind, Unattended

WHOLE = """
[desk]
name = "Maple Street Dental"
kind = "dental"
timezone = "America/Chicago"
state = "tx"
[hours]
mon = ["08:00-12:00", "13:00-17:00"]
holidays = ["2026-12-25"]
[carrier]
kind = "twilio"
account_sid = "AC00000000000000000000000000000042"
auth_token = { file = "token.txt" }
number = "+1 (512) 555-0100"
public_url = "https://desk.example/"
[model]
kind = "claude"
api_key = { file = "key.txt" }
[mail]
host = "mail.desk.example"
port = 587
tls = "starttls"
sender = "desk@desk.example"
owner = "owner@desk.example"
[answering]
unattended = "nothing"
"""


def problems(source: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        parse_settings(source)
    return refused.value.problems


def test_a_whole_file_is_read_into_values() -> None:
    settings = parse_settings(WHOLE)

    assert settings.desk.kind is DeskKind.DENTAL
    assert settings.desk.state == "TX"
    assert settings.hours.week[0] == ((480, 720), (780, 1020))
    assert settings.hours.holidays == {"2026-12-25"}
    assert settings.carrier.number == "+15125550100"
    assert settings.carrier.public_url == "https://desk.example"
    assert settings.carrier.api_base == "https://api.twilio.com"
    assert settings.model.kind is ModelKind.CLAUDE
    assert settings.answering.unattended is Unattended.NOTHING
    assert settings.tags_health


def test_the_least_that_is_needed_is_a_desk_and_a_test_phone() -> None:
    settings = parse_settings(
        '[desk]\nname = "A"\nkind = "salon"\ntimezone = "America/Chicago"\n[carrier]\nkind = "test-phone"\n'
    )

    assert settings.carrier.kind is CarrierKind.TEST_PHONE
    assert settings.model.kind is ModelKind.OFFLINE
    assert not settings.tags_health


@pytest.mark.parametrize(
    ("instead_of", "written", "told"),
    [
        ("[desk]", "[dsek]", "did you mean 'desk'"),
        ("timezone", "time_zone", "did you mean 'timezone'"),
        ("America/Chicago", "America/Chicage", "did you mean 'America/Chicago'"),
        ('"dental"', '"dentist"', "did you mean 'dental'"),
        ('"08:00-12:00"', '"8-12"', "08:00-17:00"),
        ('"08:00-12:00", "13:00-17:00"', '"13:00-17:00", "08:00-12:00"', "in order"),
        ('"08:00-12:00"', '"12:00-08:00"', "end after they begin"),
        ("AC00000000000000000000000000000042", "AC42", "32 hexadecimal"),
        ('{ file = "token.txt" }', '"a-secret-in-the-file"', "must not stand in this file"),
        ('{ file = "key.txt" }', '{ path = "key.txt" }', "must be { file"),
        ("https://desk.example/", "http://desk.example/", "https://"),
        ("https://desk.example/", "https://user@desk.example/", "must be an address"),
        ("port = 587", "port = 70000", "1 to 65535"),
        ("port = 587", "port = true", "1 to 65535"),
        ('"starttls"', '"none"', "only for a server on this machine"),
        ("desk@desk.example", "desk at desk", "mail address"),
        ('name = "Maple Street Dental"\n', "", "desk.name is missing"),
        ('auth_token = { file = "token.txt" }\n', "", "carrier.auth_token is missing"),
        ('api_key = { file = "key.txt" }', "", "model.api_key is missing"),
        ('"nothing"', '"everything"', "approved, nothing"),
        ("[hours]", "[hours", "not TOML"),
    ],
)
def test_each_mistake_is_told_with_what_was_meant(instead_of: str, written: str, told: str) -> None:
    assert instead_of in WHOLE

    found = problems(WHOLE.replace(instead_of, written))

    assert any(told in problem for problem in found), found
    assert not any("a-secret-in-the-file" in problem for problem in found)


def test_all_mistakes_are_told_at_once() -> None:
    spoiled = WHOLE.replace('"dental"', '"x"').replace("port = 587", 'port = "x"').replace("holidays", "hollidays")

    assert len(problems(spoiled)) == 3


def test_a_half_set_carrier_says_what_is_missing() -> None:
    found = problems('[desk]\nname = "A"\nkind = "salon"\ntimezone = "America/Chicago"\n[carrier]\nkind = "twilio"\n')

    assert found == (
        "carrier.account_sid is missing",
        "carrier.auth_token is missing",
        "carrier.number is missing",
        "carrier.public_url is missing",
    )
