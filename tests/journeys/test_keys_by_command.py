"""The keys as their owner handles them on the command line: real processes, a real keystore, a real carrier's texts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House, Said, a_house, nightdesk
from tests.standins.secret_service import secret_service
from tests.standins.signed import TOKEN, Carrier

NEW = "three geese in the chapel"
NEW_TOKEN = "1" * 32


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "house") as made:
        yield made


def written(house: House, name: str, text: str) -> Path:
    path = house.folder / name
    path.write_text(text)
    return path


def slots(house: House) -> list[dict[str, str]]:
    found: list[dict[str, str]] = house.command("keys", "slots", "list", "--json", locked=True).json["slots"]
    return found


def opens(house: House, words: Path) -> Said:
    return nightdesk("keys", "list", "--json", "--home", house.home, "--passphrase-file", words)


def test_a_forgotten_passphrase_is_replaced_with_the_sheet(house: House) -> None:
    """With the desk stopped, as docs/operations.md says."""
    sheet, new = house.folder / "sheet.txt", written(house, "new.txt", NEW)

    added = house.command("keys", "slots", "add", "--kind", "recovery", "--out", sheet, "--json")
    assert (added.code, added.json["kind"]) == (0, "recovery"), added.err
    assert sheet.stat().st_mode & 0o077 == 0
    assert house.command("keys", "slots", "add", "--kind", "recovery", "--out", sheet).code == 2
    tested = nightdesk("keys", "slots", "test", "--kind", "recovery", "--sheet-file", sheet, "--home", house.home)
    assert tested.code == 0, tested.err

    by_sheet = ("--home", house.home, "--passphrase-file", sheet)
    assert nightdesk("keys", "slots", "add", "--kind", "passphrase", "--new-passphrase-file", new, *by_sheet).code == 0
    assert nightdesk("keys", "slots", "remove", slots(house)[0]["slot_id"], "--yes", *by_sheet).code == 0

    assert [one["kind"] for one in slots(house)] == ["recovery", "recovery", "passphrase"]
    assert opens(house, house.passphrase_file).code == 4


def test_a_leaked_carrier_token_is_replaced_beside_the_running_desk(house: House) -> None:
    house.start()
    new = written(house, "new-token.txt", NEW_TOKEN + "\n")

    said = house.command("keys", "rotate", "--credential", "carrier-token", "--file", new, locked=True)
    assert said.code == 0, said.err
    listed = house.command("keys", "list", "--json", locked=True)
    assert (listed.json["credentials"][0]["last_four"], TOKEN in listed.out) == ("1111", False)
    assert listed.json["credentials"][0]["both_until"]

    assert house.carrier.text("signed with the old one").status == 200
    assert Carrier(house.door_port, desk=house.desk_folder.name, token=NEW_TOKEN).text("with the new one").status == 200
    house.wait_for(lambda: house.carrier.text("with the old one again").status == 403, "the old one to be dropped")
    assert house.command("keys", "rotate", "--credential", "model-key", "--file", new, locked=True).code == 2
    assert house.stop().code == 0


def test_slots_are_changed_beside_the_running_desk(house: House) -> None:
    house.start()
    new = written(house, "new.txt", NEW)

    changed = house.command("keys", "slots", "change", "--new-passphrase-file", new)
    refused = house.command("keys", "slots", "add", "--kind", "recovery", "--out", house.folder / "sheet.html")

    assert changed.code == 0, changed.err
    assert (refused.code, "wrong-key" in refused.err) == (4, True)
    assert house.stop().code == 0
    assert opens(house, new).code == 0


@pytest.mark.keystore
def test_the_desk_opens_itself_by_the_keystore_only_where_it_may(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secret_service(tmp_path / "s") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert house.command("keys", "slots", "add", "--kind", "os").code == 0
        assert house.command("keys", "slots", "test", "--kind", "os", locked=True).code == 0

        house.start(passphrase=False)
        assert house.state() == "locked"
        told = house.command("status", locked=True).out
        assert "did not open itself" in told
        assert "disk" in house.command("doctor", locked=True).out
        assert house.carrier.text("are you open on friday?").status == 200
        house.stop()

        settings = house.desk_folder / "settings.toml"
        settings.write_text(settings.read_text() + '\n[keys]\nunattended = "always"\n')
        house.start(passphrase=False)
        assert house.state() == "ready"
        assert "opens itself" in house.command("status", locked=True).out
        house.stop()

    house.start(passphrase=False)
    assert house.state() == "locked"
    assert "keystore" in house.command("status", locked=True).out
    house.stop()
    assert opens(house, house.passphrase_file).code == 0
