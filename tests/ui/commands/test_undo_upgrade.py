"""`nightdesk undo-upgrade`, with the desk stopped: it asks, it says what is next, and it can be done once."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from storage.migrations.run import HEADS, Schema
from tests import desks
from tests.faults.migrating import one_step_more
from ui.cli import nightdesk
from ui.only_core import only_core


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A desk that the next release has opened."""
    folder = desks.a_folder(tmp_path / "home" / desks.DESK)
    (folder / "settings.toml").touch()
    (tmp_path / "passphrase").write_text(desks.PASSPHRASE)
    with one_step_more(Schema.DESK), desks.opened(folder) as vault, vault.transaction() as tx:
        desks.a_message(tx, desks.a_person(tx, vault).id)
    return tmp_path / "home"


def go_back(home: Path, *words: str) -> Result:
    opens = ("--home", str(home), "--passphrase-file", str(home.parent / "passphrase"))
    return CliRunner().invoke(nightdesk, ["undo-upgrade", *words, *opens], input="n\n")


def test_the_release_of_before_opens_what_was_put_back(home: Path) -> None:
    said = go_back(home, "--yes", "--json")

    assert json.loads(said.stdout) == {"put_back": [f"desk.db.{HEADS[Schema.DESK]}"]}
    with desks.opened(home / desks.DESK) as vault, vault.look() as tx:
        assert tx.messages.count() == 0
    assert go_back(home, "--yes").exit_code == 1


def test_without_a_yes_nothing_is_changed(home: Path) -> None:
    assert go_back(home).exit_code == 2

    with one_step_more(Schema.DESK), desks.opened(home / desks.DESK) as vault, vault.look() as tx:
        assert tx.messages.count() == 1


def test_a_desk_that_is_served_is_left_alone(home: Path) -> None:
    with only_core(home / desks.DESK):
        assert go_back(home, "--yes").exit_code == 3


def test_a_wrong_passphrase_changes_nothing(home: Path) -> None:
    (home.parent / "passphrase").write_text("not these words at all")

    assert go_back(home, "--yes").exit_code == 4
