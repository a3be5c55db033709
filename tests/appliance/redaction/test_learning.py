"""The generator: seeded, its spans on its words, no dev text in it."""

import json
from pathlib import Path

import pytest

pytest.importorskip("faker", reason="the extra `learning` is not installed")

from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.grammar import fill, read_sections
from appliance.redaction.values import Label

DEV = Path(__file__).parents[2] / "eval"


def test_the_same_seed_gives_the_same_texts() -> None:
    assert list(messages(50, 3)) == list(messages(50, 3))
    assert list(messages(50, 3)) != list(messages(50, 4))


def test_every_span_lies_on_words_and_apart() -> None:
    known = {*Label, "OPT"}
    for row in messages(400, 5):
        end = 0
        for span in row["spans"]:
            words = row["text"][span["start"] : span["end"]]
            assert end <= span["start"]
            assert words
            assert words == words.strip()
            assert span["label"] in known
            end = span["end"]


def test_no_text_of_the_dev_set_is_made() -> None:
    dev = {
        json.loads(line)["text"] for path in DEV.glob("dev_*.jsonl") for line in path.read_text("utf-8").splitlines()
    }

    assert not dev & {row["text"] for row in messages(2_000, 7)}


def test_choices_nest_and_a_labelled_stretch_takes_its_slots(tmp_path: Path) -> None:
    from random import Random

    from appliance.redaction.learning.grammar import Piece

    (tmp_path / "a.txt").write_text("# note\n@one\n(a|(b|c)) [HEALTH:<x> ok]\n", encoding="utf-8")
    (line,) = read_sections(tmp_path / "a.txt")["one"]

    pieces = fill(line, {"x": lambda _: [Piece("x", "NAME")]}, Random(1))

    assert pieces[-1] == Piece("x ok", "HEALTH")
    assert pieces[0].text in {"a ", "b ", "c "}
