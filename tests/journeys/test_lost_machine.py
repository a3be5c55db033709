"""The machine is lost: a stick, the sheet and another machine, with the commands as docs/operations.md tells them."""

from pathlib import Path

from tests.journeys.house import DESK, PASSPHRASE, a_house, nightdesk

SETTINGS = """\
[desk]
name = "Maple Street Dental"
kind = "dental"
timezone = "America/Chicago"
[carrier]
kind = "test-phone"
"""


def test_a_stick_and_the_sheet_bring_the_desk_back_and_the_old_machine_stops(tmp_path: Path) -> None:
    stick, home, sheet, words = (tmp_path / name for name in ("stick", "home", "sheet.txt", "words.txt"))
    (tmp_path / "shop.toml").write_text(SETTINGS)
    words.write_text(PASSPHRASE)
    opening = ("--passphrase-file", words)
    made = nightdesk(
        "init", "--home", home, "--settings", tmp_path / "shop.toml", *opening, "--recovery-out", sheet, "--json"
    )
    assert made.code == 0, made.err

    first = nightdesk("backup", "--to", stick, "--home", home, *opening, "--json")
    again = nightdesk("backup", "--to", stick, "--home", home, *opening, "--json")
    drilled = nightdesk("drill", "--from", stick, "--home", home, *opening, "--json")
    back = nightdesk("restore", "--from", stick, "--home", tmp_path / "new", "--recovery-file", sheet, "--json")
    refused = nightdesk("restore", "--from", stick, "--home", tmp_path / "new", "--recovery-file", sheet)
    old = nightdesk("backup", "--to", stick, "--home", home, *opening)
    resumed = nightdesk("resume-sending", "--yes", "--home", tmp_path / "new", *opening, "--json")
    verified = nightdesk("verify", "--home", tmp_path / "new", *opening, "--json")

    assert (first.json["whole"], again.json["whole"]) == (True, False)
    assert again.json["bytes"] < first.json["bytes"] / 3
    assert drilled.json["ok"], drilled.err
    assert (back.code, back.json["desk"], back.json["epoch"]) == (0, DESK, 2), back.err
    assert (refused.code, "exists" in refused.err) == (1, True)
    assert (old.code, "superseded" in old.err) == (1, True)
    assert resumed.json == {"resumed": True}
    assert verified.json["ok"], verified.out


def test_a_served_desk_backs_itself_up_to_the_folder_of_its_settings(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with a_house(tmp_path / "house", mail=f'[backup]\nplaces = ["{stick}"]') as house:
        house.start()
        house.wait_for(lambda: len(list(stick.rglob("sets/*.set"))) == 1, "the first backup", within=90)
        said = house.command("status", "--json", locked=True)
        house.stop()

    [row] = [part for part in said.json["parts"] if part["name"] == "Backups"]
    assert row["ok"], row
