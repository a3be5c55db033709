import json
from dataclasses import asdict
from pathlib import Path

import pytest

from ui.door.facts import DoorFacts, DoorFactsError, facts_path, read_facts, write_facts
from ui.door.files import DoorUp, read_up, write_up

FACTS = DoorFacts("maple", "https://desk.example", "AC1", "+15125550100", "age1x", 8401)


def test_facts_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_facts(tmp_path, FACTS)

    assert read_facts(tmp_path) == FACTS
    assert FACTS.hooks == "/hooks/maple/"


def test_facts_hold_nothing_secret(tmp_path: Path) -> None:
    write_facts(tmp_path, FACTS)

    assert set(json.loads(facts_path(tmp_path).read_text())) == {
        "desk", "public_url", "account_sid", "number", "recipient", "port",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "[]", "nonsense", "{}", json.dumps(asdict(FACTS) | {"port": "8401"}), json.dumps(asdict(FACTS) | {"more": 1})],
)
def test_facts_of_another_form_are_told(tmp_path: Path, text: str) -> None:
    facts_path(tmp_path).write_text(text)

    with pytest.raises(DoorFactsError):
        read_facts(tmp_path)


def test_missing_facts_are_told(tmp_path: Path) -> None:
    with pytest.raises(DoorFactsError):
        read_facts(tmp_path)


@pytest.mark.parametrize("text", [None, "", "{}", '{"pid": 1}'])
def test_a_door_that_left_no_good_word_is_not_up(tmp_path: Path, text: str | None) -> None:
    (tmp_path / "run").mkdir()
    write_up(tmp_path, DoorUp(1, 2, 3, "r"))
    assert read_up(tmp_path) == DoorUp(1, 2, 3, "r")

    note = tmp_path / "run" / "door.json"
    note.unlink()
    if text is not None:
        note.write_text(text)

    assert read_up(tmp_path) is None
