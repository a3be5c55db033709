"""A log file a day: what is past its time goes, all together stay within a bound, and no line is lost on the way."""

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ui.dated_log import DatedFile

DAY = 24 * 60 * 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "core.log"


@pytest.fixture
def handler(path: Path) -> Iterator[DatedFile]:
    handler = DatedFile(path, file_bytes=1_000, all_bytes=10_000)
    yield handler
    handler.close()


def write(handler: DatedFile, line: str) -> None:
    handler.emit(logging.LogRecord("nightdesk", logging.INFO, "", 0, line, (), None))


def make_older(path: Path, days: int) -> str:
    then = datetime.now(UTC).timestamp() - days * DAY
    os.utime(path, (then, then))
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


def test_lines_of_one_day_are_in_one_file(path: Path, handler: DatedFile) -> None:
    write(handler, "one")
    write(handler, "two")

    assert path.read_text() == "one\ntwo\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_new_day_begins_a_new_file(path: Path, handler: DatedFile) -> None:
    write(handler, "yesterday")
    day = make_older(path, 1)

    write(handler, "today")

    assert path.read_text() == "today\n"
    assert path.with_name(f"core.log.{day}").read_text() == "yesterday\n"


def test_a_desk_that_was_off_for_long_does_not_add_to_an_old_file(path: Path, handler: DatedFile) -> None:
    path.write_text("of spring\n")
    day = make_older(path, 89)

    write(handler, "today")

    assert path.read_text() == "today\n"
    assert path.with_name(f"core.log.{day}").exists()


def test_what_is_past_its_time_goes(path: Path, handler: DatedFile) -> None:
    path.write_text("of spring\n")
    make_older(path, 91)

    write(handler, "today")

    assert [one.name for one in path.parent.iterdir()] == ["core.log"]


def test_a_full_file_is_put_away_under_its_day(path: Path, handler: DatedFile) -> None:
    for _ in range(30):
        write(handler, "x" * 99)

    today = datetime.now(UTC).date().isoformat()
    names = sorted(one.name for one in path.parent.iterdir())
    assert names == ["core.log", f"core.log.{today}", f"core.log.{today}.2"]
    assert sum(one.read_text().count("\n") for one in path.parent.iterdir()) == 30


def test_all_together_stay_within_a_bound_and_the_newest_stay(path: Path, handler: DatedFile) -> None:
    for count in range(500):
        write(handler, f"{count:099}")

    files = list(path.parent.iterdir())
    assert sum(one.stat().st_size for one in files) <= 12_000
    lines = sorted(line for one in files for line in one.read_text().splitlines())
    assert lines[-1] == f"{499:099}"
    assert lines == [f"{count:099}" for count in range(500 - len(lines), 500)]


def test_a_file_that_was_taken_away_is_made_anew(path: Path, handler: DatedFile) -> None:
    write(handler, "one")
    path.unlink()

    write(handler, "two")

    assert path.read_text() == "two\n"


def test_files_of_others_are_let_be(path: Path, handler: DatedFile) -> None:
    other = path.with_name("core.log.mine")
    other.write_text("x" * 50_000)
    path.write_text("old\n")
    make_older(path, 3)

    write(handler, "today")

    assert other.exists()
