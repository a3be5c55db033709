"""The table of how words are used: found by their letters, told as features, near what means something near."""

import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from appliance.redaction.errors import ArtefactError
from appliance.redaction.learning.usage import counts_of, most_common
from appliance.redaction.lexicon import LEXICA
from appliance.redaction.usage import NOWHERE, TABLE, Usage
from tests.damage import flip

COMMON, RARE = math.log(0.01), math.log(0.001)


@pytest.fixture(scope="module")
def usage() -> Usage:
    return Usage.load(LEXICA / TABLE)


def capital(usage: Usage, word: str, tongue: str = "en") -> int:
    row = usage.row(word)
    assert row != NOWHERE
    return int(usage.counts[tongue][row][0])


@pytest.mark.parametrize("word", ["dana", "denver", "yolanda"])
def test_names_and_towns_are_mostly_written_with_a_capital(usage: Usage, word: str) -> None:
    assert capital(usage, word) >= 7


@pytest.mark.parametrize("word", ["tooth", "appointment", "plumber"])
def test_ordinary_words_are_not(usage: Usage, word: str) -> None:
    assert capital(usage, word) <= 2


def test_a_spanish_word_is_told_by_its_own_tongue(usage: Usage) -> None:
    assert capital(usage, "dientes", "es") <= 2
    assert capital(usage, "guadalupe", "es") >= 7


def test_an_unknown_word_is_told_as_such(usage: Usage) -> None:
    assert usage.row("qzxjkv") == NOWHERE
    assert usage.tells(NOWHERE, "Xx") == ["cap=no", "cap=no|Xx"]
    assert not usage.vector(NOWHERE).any()


def test_a_first_name_is_nearer_to_another_than_to_a_tool(usage: Usage) -> None:
    kayla, cassie, wrench = (usage.vector(usage.row(word)) for word in ("kayla", "cassie", "wrench"))

    def alike(one: np.ndarray, other: np.ndarray) -> float:
        return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))

    assert alike(kayla, cassie) > alike(kayla, wrench) + 0.2


def test_a_missing_table_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError):
        Usage.load(tmp_path / TABLE)


@pytest.mark.parametrize(
    "harm",
    [
        lambda table: table.write_bytes(b""),
        lambda table: table.write_bytes(b"no table"),
        lambda table: table.write_bytes(table.read_bytes()[: table.stat().st_size // 2]),
        flip,
    ],
)
def test_a_damaged_table_is_named_as_such(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    shutil.copy(LEXICA / TABLE, tmp_path)
    harm(tmp_path / TABLE)

    with pytest.raises(ArtefactError):
        Usage.load(tmp_path / TABLE)


def test_spellings_of_one_word_are_counted_together() -> None:
    counts = counts_of(
        {"Inés": COMMON, "ines": RARE, "INES": RARE, "b4": COMMON, ".": COMMON}, {"Inés": 900, "ines": 131_072}
    )

    assert list(counts) == ["ines"]
    tenths, often, small, big = counts["ines"].row()
    assert (tenths, often) == (9, 20 - 4)
    assert (small, big) == (2, 1)


def test_the_commonest_words_come_first() -> None:
    counts = counts_of({"tooth": COMMON, "molar": RARE, "cuspid": RARE}, {})

    assert most_common(counts, 2) == ["tooth", "cuspid"]
