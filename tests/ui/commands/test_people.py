"""Commands about people, with the desk stopped: counts that read right, and errors whose next step is the right one."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.folders import SETTINGS_FILE
from tests import desks
from tests.appliance.evening import SETTINGS
from ui.cli import nightdesk

NUMBERS = ("+15125550123", "+15125550124")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two people wrote once each."""
    folder = desks.a_folder(tmp_path / "home" / desks.DESK)
    (folder / SETTINGS_FILE).write_text(SETTINGS.format(kind="dental", unattended="approved"))
    (folder / "spool").mkdir()
    (tmp_path / "passphrase").write_text(desks.PASSPHRASE)
    with desks.opened(folder) as vault, vault.transaction() as tx:
        for number in NUMBERS:
            desks.a_message(tx, desks.a_person(tx, vault, number=number).id)
    return tmp_path / "home"


def run(home: Path, *words: str | Path, opens: bool = True) -> Result:
    key = ("--passphrase-file", str(home.parent / "passphrase")) if opens else ()
    return CliRunner().invoke(nightdesk, [*map(str, words), "--home", str(home), *key])


def test_an_export_of_one_message_says_one(home: Path, tmp_path: Path) -> None:
    assert run(home, "person", "export", NUMBERS[0], "--out", tmp_path / "out.zip").stdout.startswith("1 message is in")


def test_a_command_that_got_no_passphrase_does_not_call_the_desk_locked(home: Path, tmp_path: Path) -> None:
    said = run(home, "person", "export", NUMBERS[0], "--out", tmp_path / "out.zip", opens=False)

    assert said.exit_code == 4
    assert "none was given" in said.stderr
    assert "the desk is locked" not in said.stderr


def test_who_erases_a_list_is_told_where_the_certificates_are(home: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("\n".join(NUMBERS))

    said = run(home, "person", "erase", "--csv", tmp_path / "list.csv", "--certificate-out", tmp_path / "all", "--yes")

    assert f"2 people are deleted for good. The certificates are in {tmp_path / 'all'}." in said.stdout
    certificates = [path.read_text() for path in (tmp_path / "all").iterdir()]
    assert len(certificates) == 2
    assert not any("other-keys wrapped-anew not-yet" in text or "letters not-yet" in text for text in certificates)
    assert "nobody here has that number" in run(home, "person", "erase", NUMBERS[0], "--yes").stderr


def test_a_new_token_in_no_file_is_not_blamed_on_the_settings(home: Path, tmp_path: Path) -> None:
    said = run(home, "keys", "rotate", "--credential", "carrier-token", "--file", tmp_path / "none.txt")

    assert said.exit_code == 2
    assert "secret-file" in said.stderr
    assert "settings file" not in said.stderr


def test_a_request_that_nobody_made_is_no_damage(home: Path) -> None:
    said = run(home, "archive", "read", "0" * 32)

    assert (said.exit_code, "nightdesk archive list" in said.stderr) == (1, True)
    assert run(home, "archive", "list").stdout == "old texts: 0; sealed files: 0\n"


def test_a_persons_word_about_the_clock_is_answered(home: Path) -> None:
    assert run(home, "keeping", "--clock-is-right", "--yes").stdout.startswith("The clock is taken as right")
