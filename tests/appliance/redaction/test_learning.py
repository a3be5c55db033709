"""The generator: seeded, its spans on its words, no dev text in it."""

import json
from pathlib import Path

import pytest

pytest.importorskip("faker", reason="the extra `learning` is not installed")

from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.grammar import fill, read_sections
from appliance.redaction.values import Label
from tests.appliance.redaction.drawn_rows import dev_texts, expect_spans_on_words


def test_the_same_seed_gives_the_same_texts() -> None:
    assert list(messages(50, 3)) == list(messages(50, 3))
    assert list(messages(50, 3)) != list(messages(50, 4))


def test_every_span_lies_on_words_and_apart() -> None:
    known = {*Label, "OPT"}
    rows = list(messages(400, 5))

    expect_spans_on_words(rows)
    assert {span["label"] for row in rows for span in row["spans"]} <= known


def test_no_text_of_the_dev_set_is_made() -> None:
    assert not dev_texts() & {row["text"] for row in messages(2_000, 7)}


def test_what_is_kept_back_is_learnt_from_by_nobody() -> None:
    from appliance.redaction.learning.grammar import PHRASES
    from appliance.redaction.learning.public import kept_back

    lines = {line for path in PHRASES.glob("[es]*.txt") for each in read_sections(path).values() for line in each}
    held = {line for line in lines if kept_back(line)}

    assert 0.04 < len(held) / len(lines) < 0.15
    assert {row["text"] for row in messages(50, 3, held=True)} != {row["text"] for row in messages(50, 3)}


def test_the_same_seed_trains_the_same_engine_to_the_byte(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra `learning` is not installed")
    from appliance.redaction.learning.train_net import train_net

    for name in ("wnut17_train.jsonl", "btc_train.jsonl"):
        rows = ({"id": name, "text": f"{row['text']} {name}", "spans": row["spans"]} for row in messages(30, 5))
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "hand.txt").write_text(
        "# a note\nhi its [NAME:dana], [OPT:luna] is ok\ndo u open at 8\n", encoding="utf-8"
    )
    for turn in ("one", "two"):
        (tmp_path / turn).mkdir()
        train_net(tmp_path, tmp_path / turn, made=40, times=1, rounds=3, seed=3, texts=tmp_path)

    assert (tmp_path / "one" / "net.npz").read_bytes() == (tmp_path / "two" / "net.npz").read_bytes()


def test_choices_nest_and_a_labelled_stretch_takes_its_slots(tmp_path: Path) -> None:
    from random import Random

    from appliance.redaction.learning.grammar import Piece

    (tmp_path / "a.txt").write_text("# note\n@one\n(a|(b|c)) [HEALTH:<x> ok]\n", encoding="utf-8")
    (line,) = read_sections(tmp_path / "a.txt")["one"]

    pieces = fill(line, {"x": lambda _: [Piece("x", "NAME")]}, Random(1))

    assert pieces[-1] == Piece("x ok", "HEALTH")
    assert pieces[0].text in {"a ", "b ", "c "}
