"""Keeping times with real processes: beside a running desk and without one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.reserve import RESERVE_BYTES
from tests.journeys.house import House, a_house, nightdesk

NUMBER = "+15125550123"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "house") as made:
        yield made


def keeping(house: House, *more: str) -> dict[str, Any]:
    """`nightdesk keeping --json`."""
    said = house.command("keeping", "--json", *more)
    assert said.code == 0, said.err
    found: dict[str, Any] = said.json
    return found


def test_the_same_facts_beside_a_running_desk_and_without_one(house: House) -> None:
    house.start()
    assert house.carrier.text("are you open on friday?", sender=NUMBER).status == 200
    house.wait_for(lambda: house.counts().get("texts in") == 1, "the text to be read in")
    house.wait_for(lambda: house.asked("keeping")["last_run_at"] is not None, "the first run")
    house.wait_for((house.desk_folder / "reserve").exists, "the reserve")
    beside = keeping(house)
    assert house.stop().code == 0

    alone = keeping(house)

    assert (house.desk_folder / "reserve").stat().st_size == RESERVE_BYTES
    rows = {row["what"]: row for row in alone["rows"]}
    assert rows["What people wrote"]["limit"] == "90 days"
    assert rows["What people wrote"]["next_run_removes"] == 0
    assert alone["clock_in_doubt"] is False
    assert {name: alone[name] for name in ("last_run_at", "next_run_at")} == {
        name: beside[name] for name in ("last_run_at", "next_run_at")
    }


def test_a_shorter_time_is_asked_about(house: House) -> None:
    house.start()
    house.wait_for(lambda: house.asked("keeping")["last_run_at"] is not None, "the first run")
    assert house.stop().code == 0
    settings = house.desk_folder / "settings.toml"
    settings.write_text(settings.read_text() + "\n[keeping]\nbodies = 30\n")

    assert keeping(house)["shorter_times_wait_until"] is not None
    assert keeping(house, "--accept-shorter", "--yes")["shorter_times_wait_until"] is None


def test_the_archive_of_a_new_desk_is_empty_and_opens_nothing(house: House) -> None:
    assert house.command("archive", "list", "--json").json == {"files": 0, "texts": 0, "requests": []}
    assert house.command("archive", "read", "0" * 32).code == 1
    assert house.command("archive", "ask", NUMBER, "--reason", "why").code == 1


def test_not_answering_the_question_does_nothing(house: House) -> None:
    words = ("keeping", "--clock-is-right", "--home", house.home, "--passphrase-file", house.passphrase_file)

    assert nightdesk(*words, stdin="n\n").code == 1
