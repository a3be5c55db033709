"""`nightdesk search` beside no running desk: it catches up by itself, and prints nothing that steers a terminal."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import desks
from tests.desks import a_message, a_person
from ui.cli import nightdesk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = desks.a_folder(tmp_path / "home" / desks.DESK)
    (folder / "settings.toml").touch()
    (tmp_path / "passphrase").write_text(desks.PASSPHRASE)
    with desks.opened(folder) as vault, vault.transaction() as tx:
        person = a_person(tx, vault).id
        for number in range(45):
            a_message(tx, person, f"A crown \x1b[2J for tooth {number}", received_at=desks.NOW + number * 1000)
    return tmp_path / "home"


def search(home: Path, *words: str) -> Result:
    opens = ("--home", str(home), "--passphrase-file", str(home.parent / "passphrase"))
    return CliRunner().invoke(nightdesk, ["search", *words, *opens])


def test_the_newest_are_found_page_by_page_up_to_the_limit(home: Path) -> None:
    found = json.loads(search(home, "crown", "--limit", "30", "--json").stdout)

    assert [one["at"] - desks.NOW for one in found["results"]] == [number * 1000 for number in range(44, 14, -1)]
    assert found["results"][0]["found"] == ["crown"]
    assert (found["results"][0]["who"], found["results"][0]["direction"]) == ("number ending in 23", "in")
    assert found["more"]
    assert found["index"] == {"ready": True, "count": 45, "total": 45}
    rest = json.loads(search(home, "crown", "--limit", "100", "--json").stdout)
    assert (len(rest["results"]), rest["more"]) == (45, False)


def test_what_is_printed_has_nothing_in_it_that_steers_a_terminal(home: Path) -> None:
    said = search(home, "crown", "--limit", "2").stdout

    assert "number ending in 23: A crown  [2J for tooth 44" in said
    assert "\x1b" not in said
    assert "There are older ones" in said


def test_nothing_found_is_said_and_is_no_error(home: Path) -> None:
    said = search(home, "zanzibarquartz")

    assert (said.exit_code, said.stdout) == (0, "Nothing found.\n")


def test_too_long_or_no_words_are_wrong_use(home: Path) -> None:
    assert search(home, "x" * 201).exit_code == 2
    assert search(home).exit_code == 2
