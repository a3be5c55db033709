"""`nightdesk audit`: what it prints and writes, beside no running desk."""

import json
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result

from appliance.folders import SETTINGS_FILE
from appliance.keeping.mark_places import keystore_mark
from storage.audit.mark_file import MarkFile
from storage.audit.marks import Mark, spell
from storage.audit.note import Checkpoint
from tests import desks
from tests.appliance.evening import SETTINGS
from tests.standins.keystore import KeystoreInMemory
from ui.cli import nightdesk
from ui.examination import Finding, examine


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = desks.a_folder(tmp_path / "home" / desks.DESK)
    (folder / SETTINGS_FILE).write_text(SETTINGS.format(kind="dental", unattended="approved"))
    (folder / "spool").mkdir()
    (tmp_path / "passphrase").write_text(desks.PASSPHRASE)
    return tmp_path / "home"


def audit(home: Path, *words: str | Path, typed: str = "") -> Result:
    opens = ("--home", str(home), "--passphrase-file", str(home.parent / "passphrase"))
    return CliRunner().invoke(nightdesk, ["audit", *map(str, words), *opens], input=typed)


def test_evidence_is_written_and_proven_and_its_checkpoint_printed(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.zip"
    assert audit(home, "checkpoint").exit_code == 5

    made = json.loads(audit(home, "export", "--for", "evidence", "--out", out, "--json").stdout)
    printed = audit(home, "checkpoint").stdout

    mails = tmp_path / "mails.txt"
    mails.write_text(printed, encoding="utf-8")
    words = ["audit", "verify", str(out), "--key", made["key"], "--checkpoint", str(mails), "--json"]
    found = json.loads(CliRunner().invoke(nightdesk, words).stdout)
    assert (found["ok"], found["leaves"], found["pasted"]) == (True, 1, 1)
    assert json.loads(audit(home, "checkpoint", "--json").stdout)["leaves"] == 1
    assert audit(home, "export", "--for", "evidence", "--out", out).exit_code == 2
    assert audit(home, "export", "--for", "evidence").exit_code == 2
    assert out.stat().st_mode & 0o077 == 0


def test_what_has_no_folder_to_be_written_into_is_refused_before_anything_is_done(home: Path, tmp_path: Path) -> None:
    refused = audit(home, "export", "--for", "evidence", "--out", tmp_path / "not there" / "log.zip")

    assert (refused.exit_code, "nothing can be written into" in refused.stderr) == (2, True)
    assert audit(home, "checkpoint").exit_code == 5  # nothing was signed for it


@pytest.mark.parametrize("command", ["init", "keys"])
def test_no_recovery_sheet_is_made_that_cannot_be_written_down(home: Path, tmp_path: Path, command: str) -> None:
    opens = ["--home", str(home), "--passphrase-file", str(home.parent / "passphrase")]
    sheet = str(tmp_path / "not there" / "sheet.txt")
    words = ["keys", "slots", "add", "--kind", "recovery", "--out", sheet, *opens]
    if command == "init":
        (tmp_path / "shop.toml").write_text(SETTINGS.format(kind="dental", unattended="approved"))
        opens[1] = str(tmp_path / "other")
        words = ["init", "--settings", str(tmp_path / "shop.toml"), "--recovery-out", sheet, *opens]
    before = desks.keys_of(home / desks.DESK).ring.slots

    refused = CliRunner().invoke(nightdesk, words)

    assert (refused.exit_code, "nothing can be written into" in refused.stderr) == (2, True)
    assert desks.keys_of(home / desks.DESK).ring.slots == before
    assert not (tmp_path / "other").exists()


def test_support_gets_what_was_shown_and_nothing_without_a_yes(home: Path, tmp_path: Path) -> None:
    support, out = pyrage.x25519.Identity.generate(), tmp_path / "support.age"
    to = ("--to", str(support.to_public()), "--out", out)

    shown = audit(home, "export", "--for", "support", "--preview")
    refused = audit(home, "export", "--for", "support", *to, typed="n\n")
    assert (shown.exit_code, refused.exit_code, out.exists()) == (0, 1, False)
    assert json.loads(shown.stdout)["state"] == "not-running"
    assert audit(home, "export", "--for", "support", "--out", out).exit_code == 2
    assert audit(home, "export", "--for", "support", "--to", "age1x", "--out", out, "--yes").exit_code == 2
    assert audit(home, "export", "--for", "support", *to, "--yes").exit_code == 0

    content = json.loads(pyrage.decrypt(out.read_bytes(), [support]))
    assert content["form"] == "nightdesk support 1"
    assert desks.DESK not in json.dumps(content)


def test_a_log_that_ends_before_its_mark_is_accepted_only_on_purpose(home: Path) -> None:
    folder = home / desks.DESK
    assert audit(home, "accept", "--yes").exit_code == 1
    keys = desks.keys_of(folder)
    MarkFile(folder / "spool").write(spell(Mark(1, desks.NOW, Checkpoint(desks.DESK, 9, b"r" * 32)), keys.signer()))

    assert audit(home, "accept", typed="n\n").exit_code == 1
    accepted = audit(home, "accept", "--yes", "--json")

    assert json.loads(accepted.stdout) == {"epoch": 2}
    assert audit(home, "accept", "--yes").exit_code == 1


def test_the_doctor_sees_a_folder_that_is_older_than_the_keystore_remembers(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, keystore = home / desks.DESK, KeystoreInMemory()
    monkeypatch.setattr("ui.examination.OsKeystore", lambda: keystore)
    keys = desks.keys_of(folder)

    def found() -> Finding:
        return next(one for one in examine(folder, inside=True) if one.name == "log marks")

    def mark(size: int) -> str:
        return spell(Mark(1, desks.NOW, Checkpoint(desks.DESK, size, b"r" * 32)), keys.signer())

    assert (found().ok, found().detail) == (True, "no mark yet")
    MarkFile(folder / "spool").write(mark(9))
    keystore_mark(keystore, keys).write(mark(9))
    assert found().ok
    keystore_mark(keystore, keys).write(mark(12))
    assert not found().ok
    assert "12 entries" in found().detail
    MarkFile(folder / "spool").write("nonsense")
    assert not found().ok
    keystore.locked = True
    MarkFile(folder / "spool").write(mark(9))
    assert found().ok
    assert {"start", "core"} & {one.name for one in examine(folder, inside=True)} == set()
