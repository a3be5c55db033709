"""What `keys list` and `status` print: the words of people, and the names of the files only in brackets."""

from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.keyholding.listing import key_rows
from storage.keys import rotation
from storage.keys.keytable import KeyName
from storage.keys.ring import Ring
from tests import desks
from ui.cli import nightdesk
from ui.commands.keys_told import told, with_ages

DAY = 24 * 60 * 60 * 1000


def listed(ring: Ring, *, days: int) -> list[str]:
    keys = [asdict(row) for row in key_rows(ring.keys)]
    facts = with_ages({"desk": desks.DESK, "keys": keys, "slots": [], "credentials": None}, desks.NOW + days * DAY)
    return told(facts).splitlines()[1 : len(keys) + 1]


def test_each_key_is_told_by_what_people_call_it(tmp_path: Path) -> None:
    lines = listed(desks.keys_of(desks.a_folder(tmp_path / desks.DESK)).ring, days=1)

    assert lines[0].split() == (
        "Data file in use number 1, 1 day old: locks the file with all that is kept, person keys apart [db]".split()
    )
    assert [line.rsplit("[", 1)[1] for line in lines] == [f"{name.value}]" for name in KeyName]
    names = {name.value for name in KeyName}
    assert not any(names & set(line.split(":")[0].split()) for line in lines)


def test_the_keys_in_use_come_first_and_old_ones_are_called_so(tmp_path: Path) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    keys = rotation.prepare(folder, desks.keys_of(folder), now=desks.NOW)

    lines = listed(rotation.finish(folder, keys, destroy=False, now=desks.NOW).ring, days=0)

    assert ["in use" in line for line in lines] == [True] * len(KeyName) + [False] * (len(lines) - len(KeyName))
    assert all(" old " in line for line in lines[len(KeyName) :])


@pytest.mark.parametrize(("count", "line"), [(1, "texts in                               1"), (1200, "1,200")])
def test_a_count_reads_right_whatever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, line: str
) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    (folder / "settings.toml").touch()
    core = {"state": "ready", "reasons": [], "parts": [], "counts": {"texts in": count}}
    monkeypatch.setattr("ui.commands.status.ask", lambda *_: core)

    said = CliRunner().invoke(nightdesk, ["status", "--home", str(tmp_path)]).stdout

    assert line in said
    assert "1 texts" not in said
