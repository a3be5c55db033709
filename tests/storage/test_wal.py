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
