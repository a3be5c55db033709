"""The sums in a write-ahead log, beside the loop that the file format tells them by."""

import random
import struct

import pytest

from storage.wal import _sum

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
