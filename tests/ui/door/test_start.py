"""Programs in the door's place that do not do what a door does."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import filelock
import pytest

from tests.standins.doors import open_door
from ui.door import start
from ui.door.control import ensure_door
from ui.door.files import DoorUp, lock_path, write_up
from ui.door.start import DoorError, DoorStarter


def starter(folder: Path, program: str) -> DoorStarter:
    return DoorStarter(folder, port=0, release="r", command=(sys.executable, "-c", program))


def test_a_door_that_says_why_it_ends_is_quoted(tmp_path: Path) -> None:
    program = "import sys; sys.stderr.write('some-code: a sentence\\na remedy\\n'); sys.exit(7)"

    with pytest.raises(DoorError) as caught:
        starter(tmp_path, program).adopt_or_start()

    error = caught.value
    assert (error.code, error.exit_code, error.sentence, error.remedy) == ("some-code", 7, "a sentence", "a remedy")


def test_a_door_that_ends_in_a_traceback_points_to_its_file(tmp_path: Path) -> None:
    with pytest.raises(DoorError) as caught:
        starter(tmp_path, "raise RuntimeError('quoted-word')").adopt_or_start()

    assert caught.value.code == "door"
    assert "quoted-word" not in caught.value.sentence
    assert "door.err" in caught.value.remedy


def test_a_door_that_does_not_open_in_time_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_START_S", 0.5)

    with pytest.raises(DoorError, match="in time"):
        starter(tmp_path, "import time; time.sleep(60)").adopt_or_start()


def test_a_door_that_runs_and_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_START_S", 0.5)
    (tmp_path / "run").mkdir()
    write_up(tmp_path, DoorUp(1, 1, 1, "r"))

    with filelock.FileLock(lock_path(tmp_path)), pytest.raises(DoorError, match="does not answer"):
        starter(tmp_path, "").adopt_or_start()


def test_the_barrier_is_told_before_anything_is_started_or_connected_to(tmp_path: Path) -> None:
    open_door(tmp_path).handle.stop()
    ports: list[int] = []
    programs: list[str] = []

    def may_start(program: str) -> AbstractContextManager[Any]:
        programs.append(program)
        return nullcontext()

    handle = ensure_door(
        tmp_path,
        port=0,
        release="test",
        starter=DoorStarter(tmp_path, port=0, release="test", may_connect=ports.append, may_start=may_start),
    )
    handle.stop()

    assert programs == [sys.executable]
    assert len(set(ports)) == 1
