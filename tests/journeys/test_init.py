"""`init`, as a person types it: the desk it makes opens by its passphrase, and its sheet is told once."""

from pathlib import Path

from tests.journeys.house import DESK, PASSPHRASE, SETTINGS, nightdesk
from tests.standins.signed import ACCOUNT, NUMBER, TOKEN


def test_init_makes_a_desk_that_verifies(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text(TOKEN)
    passphrase, sheet = tmp_path / "passphrase.txt", tmp_path / "sheet.txt"
    passphrase.write_text(PASSPHRASE + "\n")
    settings = tmp_path / "settings.toml"
    settings.write_text(
        SETTINGS.format(
            kind="dental",
            account=ACCOUNT,
            number=NUMBER,
            api_base="http://127.0.0.1:9",
            model='kind = "offline"',
            unattended="approved",
            mail="",
        )
    )

    made = nightdesk(
        "init", "--home", tmp_path / "home", "--settings", settings, "--passphrase-file", passphrase,
        "--recovery-out", sheet, "--json",
    )  # fmt: skip
    verified = nightdesk("verify", "--home", tmp_path / "home", "--passphrase-file", passphrase, "--json")

    assert made.code == 0, made.err
    assert made.json["desk"] == DESK
    assert made.json["hooks"]["sms"] == f"https://desk.example/hooks/{DESK}/sms"
    assert "RECOVERY SHEET" in sheet.read_text()
    assert sheet.stat().st_mode & 0o077 == 0
    assert (verified.code, verified.json["ok"]) == (0, True)
    assert TOKEN not in (tmp_path / "home" / DESK / "settings.toml").read_text()


def test_a_weak_passphrase_is_refused_and_leaves_nothing_behind(tmp_path: Path) -> None:
    settings, passphrase = tmp_path / "settings.toml", tmp_path / "passphrase.txt"
    settings.write_text(
        '[desk]\nname = "Maple Street Dental"\nkind = "dental"\ntimezone = "America/Chicago"\n'
        '[carrier]\nkind = "test-phone"\n'
    )
    passphrase.write_text("short")

    said = nightdesk("init", "--home", tmp_path / "home", "--settings", settings, "--passphrase-file", passphrase)

    assert said.code != 0
    assert "15" in said.err
    assert not (tmp_path / "home" / DESK).exists()
