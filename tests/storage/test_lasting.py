"""A file is written whole in place of the one before, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.lasting import write_whole


def test_the_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path, fresh = tmp_path / "sheet", tmp_path / "sheet.new"
    path.write_bytes(b"old")

    write_whole(path, [b"ne", b"w"], fresh=fresh)

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert not fresh.exists()


def test_a_writing_that_fails_leaves_the_old_and_nothing_beside_it(tmp_path: Path) -> None:
    path, fresh = tmp_path / "sheet", tmp_path / "sheet.new"
    path.write_bytes(b"old")

    def parts() -> Iterator[bytes]:
        yield b"ne"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, parts(), fresh=fresh)

    assert [one.name for one in tmp_path.iterdir()] == ["sheet"]
    assert path.read_bytes() == b"old"
