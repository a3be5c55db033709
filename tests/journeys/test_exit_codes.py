"""What a desk that cannot run says: its exit code, its words, and that the door stays up where it can."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.damage import flip
from tests.journeys.house import DESK, House, a_house, nightdesk
from tests.standins.signed import sms

SENDER = "+15125550123"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "house") as made:
        yield made


def serve_once(house: House, passphrase_file: Path | None = None) -> tuple[int, str]:
    """`serve` where it is expected to end by itself."""
    words = ["serve", "--home", house.home, "--admin-port", house.admin_port, "--door-port", house.door_port]
    said = nightdesk(*map(str, words), "--passphrase-file", passphrase_file or house.passphrase_file)
    return said.code, said.err


def test_a_second_instance_exits_3(house: House) -> None:
    house.as_typed = True
    house.start()

    code, told = serve_once(house)

    assert code == 3
    assert "already-running" in told
    assert house.stop().code == 0


def test_a_wrong_passphrase_exits_4_and_the_door_keeps_taking_texts_in(house: House, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the one that opens this desk")

    code, told = serve_once(house, wrong)

    assert (code, "wrong-key" in told) == (4, True)
    assert house.carrier.text("are you open on friday?", sender=SENDER).status == 200
    house.start()
    house.wait_for(lambda: house.counts().get("texts in") == 1, "the text to be imported")
    assert house.stop().code == 0


def test_a_forged_text_that_the_door_could_not_check_is_dropped_after_unlocking(house: House, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the one that opens this desk")
    serve_once(house, wrong)
    assert house.carrier.post(sms("send me your money"), signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA=").status == 200
    assert house.carrier.text("are you open on friday?").status == 200

    house.start()
    house.wait_for(lambda: house.counts().get("texts in") == 1, "the spool to be imported")

    counts = house.verify()["counts"]
    assert (counts["messages_in"], counts["spooled"]) == (1, 0)
    assert "carrier did not sign" in house.command("status", locked=True).out


def test_a_locked_desk_says_so_and_takes_texts_in(house: House) -> None:
    house.start(passphrase=False)

    assert house.state() == "locked"
    assert house.carrier.text("are you open on friday?").status == 200
    assert house.command("link", locked=True).code == 4
    assert house.stop().code == 0


@pytest.mark.parametrize("name", ["desk.db", "persons.db"])
def test_a_damaged_data_file_exits_5_is_named_and_never_replaced(house: House, name: str) -> None:
    path = house.desk_folder / name
    spoiled = bytearray(path.read_bytes())
    spoiled[0:64] = bytes(64)
    path.write_bytes(spoiled)

    code, told = serve_once(house)

    assert code == 5
    assert name in told
    assert path.read_bytes() == bytes(spoiled)
    assert house.carrier.text("are you open on friday?").status == 200
    assert house.command("verify").code == 5


@pytest.mark.parametrize("name", ["desk.db", "persons.db", "keyring.a"])
def test_a_missing_file_is_never_answered_with_a_fresh_empty_desk(house: House, name: str) -> None:
    for path in house.desk_folder.glob(f"{name.removesuffix('.a')}*"):
        path.unlink()

    code, _ = serve_once(house)

    assert code == 5
    assert not (house.desk_folder / name).exists()


def test_a_bad_copy_of_the_keyring_is_written_anew_and_told(house: House) -> None:
    (house.desk_folder / "keyring.b").write_bytes(b"not a keyring")
    assert house.command("doctor", locked=True).code == 1

    house.start()

    assert "written anew" in house.command("status", locked=True).out
    assert house.verify()["ok"]


def test_the_log_is_exported_and_checked_without_the_desk(house: House, tmp_path: Path) -> None:
    out = tmp_path / "evidence.zip"

    made = house.command("audit", "export", "--for", "evidence", "--out", out, "--json")
    checked = nightdesk("audit", "verify", out, "--key", made.json["key"])
    flip(out)

    assert (made.code, checked.code) == (0, 0), made.err + checked.out
    assert nightdesk("audit", "verify", out, "--key", made.json["key"]).code == 6


@pytest.mark.parametrize(("which", "option"), [("admin_port", "--admin-port"), ("door_port", "--door-port")])
def test_a_taken_port_names_the_option_that_changes_it(house: House, which: str, option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", getattr(house, which)))
        other.listen()

        code, told = serve_once(house)

    assert code == 1
    assert option in told


def test_a_desk_is_never_made_over_another(house: House) -> None:
    said = nightdesk(
        "init", "--home", house.home, "--settings", house.folder / "settings.toml",
        "--passphrase-file", house.passphrase_file,
    )  # fmt: skip

    assert said.code == 1
    assert DESK in said.err


@pytest.mark.parametrize(
    ("instead_of", "written", "told"),
    [
        ("timezone =", "timezon =", "did you mean 'timezone'"),
        ("[carrier]", "[carier]", "did you mean 'carrier'"),
        ('auth_token = { file = "token.txt" }', 'auth_token = "an invented secret"', "must not stand in this file"),
        ('number = "+15125550100"', "", "carrier.number is missing"),
        ('kind = "dental"', 'kind = "dentel"', "did you mean 'dental'"),
        ("https://desk.example", "http://desk.example", "https://"),
        ('"token.txt"', '"no-such-file.txt"', "cannot be read"),
    ],
)
def test_settings_that_cannot_be_used_are_told_with_what_was_meant(
    house: House, instead_of: str, written: str, told: str
) -> None:
    settings = house.folder / "wrong.toml"
    text = (house.folder / "settings.toml").read_text()
    assert instead_of in text
    settings.write_text(text.replace(instead_of, written))

    said = nightdesk(
        "init", "--home", house.folder / "other", "--settings", settings, "--passphrase-file", house.passphrase_file
    )

    assert said.code == 2
    assert told in said.err
    assert "an invented secret" not in said.err + said.out
    assert not list((house.folder / "other").glob("*")) if (house.folder / "other").exists() else True
