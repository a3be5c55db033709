"""`init`, as a person types it: the desk it makes opens by its passphrase, and its sheet is told once."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.journeys.house import DESK, PASSPHRASE, SETTINGS, as_typed, environment, nightdesk
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

    made = as_typed(
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


@pytest.mark.skipif(os.name == "nt", reason="a terminal of the tests' own is a thing of POSIX")
@pytest.mark.parametrize("typed", ["right", "nothing"])
def test_on_a_terminal_two_groups_of_the_sheet_are_asked_back(tmp_path: Path, typed: str) -> None:
    (tmp_path / "passphrase.txt").write_text(PASSPHRASE)
    (tmp_path / "settings.toml").write_text(
        '[desk]\nname = "Maple Street Dental"\nkind = "dental"\ntimezone = "America/Chicago"\n'
        '[carrier]\nkind = "test-phone"\n'
    )
    words = ["init", "--home", tmp_path / "home", "--settings", tmp_path / "settings.toml", "--passphrase-file"]

    said = _at_a_terminal([*map(str, words), str(tmp_path / "passphrase.txt")], right=typed == "right")

    listed = nightdesk("keys", "slots", "list", "--json", "--home", tmp_path / "home")
    assert [bool(slot["tested"]) for slot in listed.json["slots"]] == [True, typed == "right"], said
    assert ("the sheet can be read" in said) is (typed == "right")


def _at_a_terminal(words: list[str], *, right: bool) -> str:
    """Run a command as somebody at a terminal would; groups are answered rightly, or by Enter alone."""
    import pty  # not on Windows

    process, terminal = pty.fork()
    if process == 0:  # pragma: no cover - the command's own process
        os.execve(sys.executable, [sys.executable, "-m", "ui.cli", *words], environment())  # noqa: S606
    said, answered = "", 0
    while True:
        try:
            said += os.read(terminal, 65536).decode("utf-8", "replace")
        except OSError:
            break
        asked = re.findall(r"Group (\d+) of the sheet", said)
        if len(asked) > answered:
            answered = len(asked)
            sheet = said.split("The same key for")[0].split("nobody can help.")[1]
            groups = re.findall(r"\b[0-9A-Z]{5}\b", sheet)
            os.write(terminal, ((groups[int(asked[-1]) - 1].lower() if right else "") + "\r").encode())
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said
    return said
