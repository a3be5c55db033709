"""The sums in a write-ahead log, beside the loop that the file format tells them by."""

import random
import struct
from pathlib import Path

import pytest

from storage.wal import _sum, wal_fault

WORD = 0xFFFFFFFF


def told_by_the_format(order: str, data: bytes, before: tuple[int, int]) -> tuple[int, int]:
    first, second = before
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for one, other in zip(words, words, strict=True):
        first = (first + one + second) & WORD
        second = (second + other + first) & WORD
    return first, second


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("size", [8, 24, 512, 4096, 65536])
def test_a_sum_is_what_the_format_says(order: str, size: int) -> None:
    chance = random.Random(size)
    before = chance.getrandbits(32), chance.getrandbits(32)

    for data in (chance.randbytes(size), b"\xff" * size, bytes(size)):
        for one in ((0, 0), before, (WORD, WORD)):
            assert _sum(order, data, one) == told_by_the_format(order, data, one)


# A power cut can leave the head of a new log as zeros, and nothing behind it: found among the states of the disk.
@pytest.mark.parametrize("size", [0, 32, 32 + 24 + 511])
def test_a_ruined_head_with_nothing_behind_it_is_no_loss(tmp_path: Path, size: int) -> None:
    (tmp_path / "persons.db-wal").write_bytes(bytes(size))

    assert not wal_fault(tmp_path / "persons.db")


def test_a_ruined_head_with_room_for_a_page_behind_it_is_a_loss(tmp_path: Path) -> None:
    (tmp_path / "persons.db-wal").write_bytes(bytes(32 + 24 + 512))

    assert "head of persons.db-wal" in wal_fault(tmp_path / "persons.db")


PAGE = 512
SALT = b"of today"


def a_log(commits: list[int], *, whole: int) -> bytes:
    """A log of pages of one sector, each with what it says of a commit; the sums of the first so many are right."""
    head = struct.pack(">IIII8s", 0x377F0682, 3_007_000, PAGE, 1, SALT)
    summed = told_by_the_format("<", head, (0, 0))
    data = head + struct.pack(">II", *summed)
    for place, commit in enumerate(commits):
        told, page = struct.pack(">II", 1, commit), bytes([place % 256]) * PAGE
        summed = told_by_the_format("<", told + page, summed)
        data += told + SALT + struct.pack(">II", *(summed if place < whole else (0, 0))) + page
    return data


# The head of frame 41 lies across two sectors. A torn write left its commit as it was in the log before, and brought
# its salt: found among 16,580 states of an evening.
@pytest.mark.parametrize(
    ("behind", "fault"),
    [([7, 0, 0, 7], ""), ([0, 7, 0, 7], "2 committed changes"), ([7, 7, 0, 7], "2 committed changes")],
)
def test_a_frame_whose_head_may_be_of_two_times_tells_of_no_commit(
    tmp_path: Path, behind: list[int], fault: str
) -> None:
    (tmp_path / "desk.db-wal").write_bytes(a_log([0] * 40 + [5, *behind], whole=41))

    assert fault in wal_fault(tmp_path / "desk.db")
    assert bool(fault) == bool(wal_fault(tmp_path / "desk.db"))
