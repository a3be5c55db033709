"""`nightdesk backup`, `drill` and `restore` as they are typed: which place is meant, and what is said of it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.folders import SETTINGS_FILE
from storage.audit import verify as verifier
from storage.keys.adding import add_recovery
from tests import desks
from tests.appliance.evening import SETTINGS
from ui.cli import nightdesk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A desk whose settings name a stick; its sheet is in sheet.txt."""
    folder = desks.a_folder(tmp_path / "home" / desks.DESK)
    places = f'[backup]\nplaces = ["{tmp_path / "stick"}"]\n'
    (folder / SETTINGS_FILE).write_text(SETTINGS.format(kind="dental", unattended="approved") + places)
    (folder / "spool").mkdir()
    (tmp_path / "passphrase").write_text(desks.PASSPHRASE)
    _, sheet = add_recovery(folder, desks.keys_of(folder), now=desks.NOW)
    (tmp_path / "sheet.txt").write_text(sheet.text())
    return tmp_path / "home"


def run(home: Path, *words: str | Path) -> Result:
    opens = ("--home", str(home), "--passphrase-file", str(home.parent / "passphrase"))
    return CliRunner().invoke(nightdesk, [*map(str, words), *opens])


@pytest.mark.parametrize("command", [("backup", "--to"), ("drill", "--from")])
def test_other_storage_that_the_settings_do_not_name_is_never_taken_for_a_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)

    said = run(home, *command, "s3://bucket/desk")

    assert said.exit_code == 2
    assert "no place of the settings" in said.stderr
    assert not (tmp_path / "s3:").exists()


def test_a_folder_that_is_named_is_made_and_that_is_said_and_one_of_the_settings_is_not(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    made = run(home, "backup", "--to", tmp_path / "new" / "disk", "--json")
    again = run(home, "backup", "--to", tmp_path / "new" / "disk")
    pulled_out = run(home, "backup", "--to", "stick")

    assert json.loads(made.stdout)["checked"] is True
    assert "it was made" in made.stderr
    assert (again.exit_code, again.stderr) == (0, "")
    assert (pulled_out.exit_code, "place-missing" in pulled_out.stderr) == (1, True)
    assert not (tmp_path / "stick").exists()


@pytest.mark.parametrize("where", ["a file", "below a file"])
def test_what_cannot_be_a_folder_is_told_in_a_sentence(home: Path, tmp_path: Path, where: str) -> None:
    sheet = tmp_path / "sheet.txt"

    said = run(home, "backup", "--to", sheet if where == "a file" else sheet / "folder")

    assert said.exit_code in {1, 2}
    assert "what to do:" in said.stderr


def test_a_drill_of_what_is_not_there_blames_no_backup(home: Path, tmp_path: Path) -> None:
    away = run(home, "drill")
    (tmp_path / "stick").mkdir()
    empty = run(home, "drill")

    assert (away.exit_code, "could not be tried" in away.stdout) == (1, True)
    assert (empty.exit_code, "No backup of this desk is there" in empty.stdout) == (5, True)


def test_the_key_that_a_restore_prints_proves_the_log_of_the_desk_that_came_back(home: Path, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    before = json.loads(run(home, "audit", "export", "--for", "evidence", "--out", tmp_path / "a.zip", "--json").stdout)
    mails = tmp_path / "mails.txt"
    mails.write_text(run(home, "audit", "checkpoint").stdout, encoding="utf-8")
    assert run(home, "backup").exit_code == 0
    words = ("restore", "--from", tmp_path / "stick", "--recovery-file", tmp_path / "sheet.txt", "--home")

    told = CliRunner().invoke(nightdesk, [*map(str, words), str(tmp_path / "new")])
    facts = json.loads(CliRunner().invoke(nightdesk, [*map(str, words), str(tmp_path / "third"), "--json"]).stdout)
    exported = run(tmp_path / "third", "audit", "export", "--for", "evidence", "--out", tmp_path / "b.zip")

    assert exported.exit_code == 0, exported.output
    assert f"nightdesk/{desks.DESK}+" in told.stdout
    pasted = ["--checkpoint", str(mails)]
    assert verifier.main([str(tmp_path / "b.zip"), "--key", facts["key"], *pasted]) == 0
    # Nobody announced the new key to whoever pinned the old one: it is told by a person, or not at all.
    assert verifier.main([str(tmp_path / "b.zip"), "--key", before["key"], *pasted]) == 6
