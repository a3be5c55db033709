"""Striking letters out of the spool: theirs go, every other stays, and neither door nor intake is disturbed."""

import os
from pathlib import Path

import pyrage
import pytest

from storage.letters import Letter
from storage.spool import strike as striking
from storage.spool.limits import SpoolLimits
from storage.spool.reader import SpoolReader
from storage.spool.records import Record
from storage.spool.segments import segment_paths
from storage.spool.walk import header_of
from tests.standins.letters import IDENTITY, NOW, RECIPIENT, a_letter, a_reader, a_writer

ALL = 1 << 62


def bodies(folder: Path) -> list[str]:
    """What the letters say that still say something."""
    return [one.letter.value("Body") or "" for one in a_reader(folder).read_after(0, 100) if not one.letter.struck]


def theirs(_: int, letter: Letter) -> bool:
    return (letter.value("Body") or "").startswith("theirs")


def strike(folder: Path, *, through: int = ALL, taken: int = ALL, resting: bool = False) -> bool:
    return a_reader(folder).strike(theirs, through=through, taken=taken, recipient=RECIPIENT, resting=resting)


def test_only_their_words_go_and_every_number_stays(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("one"), a_letter("theirs"), a_letter("two")], checked=True)
    writer.append([a_letter("three")], checked=False)
    writer.close()
    before = a_reader(tmp_path).read_after(0, 10)

    assert strike(tmp_path)

    after = a_reader(tmp_path).read_after(0, 10)
    assert [one.sequence for one in after] == [one.sequence for one in before]
    assert [one.letter.struck for one in after] == [False, True, False, False]
    assert [one.letter for one in after if not one.letter.struck] == [
        one.letter for one in before if not theirs(0, one.letter)
    ]
    assert a_reader(tmp_path).check() == []
    assert strike(tmp_path)


def test_a_file_without_theirs_is_left_as_it_is(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("one")], checked=True)
    writer.close()
    (path,) = segment_paths(tmp_path)
    before = path.read_bytes()

    assert strike(tmp_path)

    assert path.read_bytes() == before


def test_the_door_writes_on_in_a_new_file_and_the_chain_holds(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("theirs")], checked=True)
    assert not strike(tmp_path)

    writer.begin_segment()
    assert strike(tmp_path, resting=True)
    writer.append([a_letter("new")], checked=True)
    writer.begin_segment()
    writer.begin_segment()
    writer.append([a_letter("newer")], checked=True)

    assert bodies(tmp_path) == ["new", "newer"]
    assert a_reader(tmp_path).check() == []
    writer.close()
    a_writer(tmp_path, now=NOW + 1000).append([a_letter("newest")], checked=True)
    assert bodies(tmp_path) == ["new", "newer", "newest"]
    assert a_reader(tmp_path).check() == []


def test_a_door_that_starts_after_a_strike_of_the_newest_file_goes_on_from_it(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("one"), a_letter("theirs")], checked=True)
    writer.close()
    assert strike(tmp_path)

    again = a_writer(tmp_path, now=NOW + 1000)
    again.append([a_letter("two")], checked=True)

    assert bodies(tmp_path) == ["one", "two"]
    assert a_reader(tmp_path).check() == []


def test_older_files_are_struck_beside_a_door_that_cannot_be_asked(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(segment_bytes=1))
    for body in ("theirs", "one", "theirs too"):
        writer.append([a_letter(body)], checked=True)

    assert not strike(tmp_path)

    assert bodies(tmp_path) == ["one", "theirs too"]
    assert a_reader(tmp_path).check() == []


def test_what_is_not_taken_in_yet_waits_and_what_came_later_is_not_looked_at(tmp_path: Path) -> None:
    writer = a_writer(tmp_path, limits=SpoolLimits(segment_bytes=1))
    for body in ("theirs", "theirs too"):
        writer.append([a_letter(body)], checked=True)
    writer.close()
    first, second = (one.sequence for one in a_reader(tmp_path).read_after(0, 10))

    assert not strike(tmp_path, taken=first)
    assert bodies(tmp_path) == ["theirs too"]

    assert strike(tmp_path, through=second - 1)
    assert bodies(tmp_path) == ["theirs too"]


def test_a_reader_in_the_middle_misses_nothing(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("one")], checked=True)
    writer.append([a_letter("theirs")], checked=True)
    reader = a_reader(tmp_path)
    last = reader.read_after(0, 10)[-1].sequence

    writer.begin_segment()
    assert strike(tmp_path, taken=last, resting=True)
    writer.append([a_letter("two"), a_letter("three")], checked=True)

    assert [one.letter.value("Body") for one in reader.read_after(last, 10)] == ["two", "three"]


def test_what_another_key_sealed_and_what_is_damaged_stands_in_nobodys_way(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("theirs")], checked=True)
    writer.reseal(str(pyrage.x25519.Identity.generate().to_public()))
    writer.append([a_letter("unreadable")], checked=True)
    writer.close()
    (path,) = segment_paths(tmp_path)
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)
    assert header_of(bytes(data)) is None

    assert strike(tmp_path)

    assert bodies(tmp_path) == []
    assert a_reader(tmp_path).count_after(0) == 2
    assert header_of(path.read_bytes()) is not None


def test_a_disk_that_fails_leaves_the_old_file_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("theirs"), a_letter("one")], checked=True)
    writer.close()

    def failing(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        reader = SpoolReader(tmp_path, identities=[IDENTITY])
        with pytest.raises(OSError, match="No space"):
            reader.strike(theirs, through=ALL, taken=ALL, recipient=RECIPIENT, resting=False)
    assert bodies(tmp_path) == ["theirs", "one"]

    # What the failed attempt left is in nobody's way.
    assert strike(tmp_path)
    assert bodies(tmp_path) == ["one"]
    assert not list(tmp_path.glob("*.rewritten"))


def test_a_record_of_somebody_else_keeps_its_very_bytes(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append([a_letter("one")], checked=True)
    writer.append([a_letter("theirs")], checked=True)
    writer.close()
    (path,) = segment_paths(tmp_path)
    kept: list[Record] = striking._records(path)

    assert strike(tmp_path)

    assert striking._records(path)[0].payload == kept[0].payload
