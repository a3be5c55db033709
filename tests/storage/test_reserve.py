"""The reserve really holds its room, whole or not at all, and gives it back."""

import os
from pathlib import Path

import pytest

from storage.reserve import RESERVE_BYTES, RESERVE_FILE, Reserve


def test_the_room_is_really_taken_and_given_back(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path)
    assert not reserve.is_held()

    reserve.put_back()

    found = (tmp_path / RESERVE_FILE).stat()
    assert reserve.is_held()
    assert found.st_size == RESERVE_BYTES
    assert found.st_blocks * 512 >= RESERVE_BYTES
    assert found.st_mode & 0o777 == 0o600
    assert reserve.let_go()
    assert not reserve.is_held()
    assert not reserve.let_go()


def test_without_the_systems_own_call_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate")
    reserve = Reserve(tmp_path, size=3 * 1024 * 1024 + 5)

    reserve.put_back()

    assert (tmp_path / RESERVE_FILE).stat().st_size == reserve.size
    assert len(set((tmp_path / RESERVE_FILE).read_bytes()[:4096])) > 100


def test_where_there_is_too_little_room_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    reserve = Reserve(tmp_path)

    with pytest.raises(OSError, match="No space"):
        reserve.put_back()

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_cut_does_not_count(tmp_path: Path) -> None:
    (tmp_path / RESERVE_FILE).write_bytes(b"x")

    assert not Reserve(tmp_path).is_held()
