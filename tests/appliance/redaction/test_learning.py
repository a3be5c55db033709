"""The generator: seeded, its spans on its words, no dev text in it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("faker", reason="the extra `learning` is not installed")

from appliance.redaction.features import Reader
from appliance.redaction.learning.compose import messages
from appliance.redaction.learning.dataset import read
from appliance.redaction.learning.grammar import fill, read_sections
from appliance.redaction.learning.posts import PUBLIC, caution, is_post, renamed
from appliance.redaction.learning.written import POSTS, TEXTS, written
from appliance.redaction.lexicon import LEXICA, Lexicon
from appliance.redaction.tagger import CARD, HOME
from appliance.redaction.usage import TABLE, Usage
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
    from appliance.redaction.learning.posts import kept_back

    lines = {line for path in PHRASES.glob("[es]*.txt") for each in read_sections(path).values() for line in each}
    held = {line for line in lines if kept_back(line)}

    assert 0.04 < len(held) / len(lines) < 0.15
    assert {row["text"] for row in messages(50, 3, held=True)} != {row["text"] for row in messages(50, 3)}


def test_what_was_written_as_if_in_public_is_a_post_and_a_message_to_a_shop_is_none() -> None:
    assert all(is_post(row["id"]) for row in written(folder=TEXTS / POSTS))
    assert not any(is_post(row["id"]) for row in written())


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_the_same_seed_trains_the_same_engine_to_the_byte(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra `learning` is not installed")
    from appliance.redaction.learning.train_net import train_net

    for file in PUBLIC:
        name = file.partition("_")[0]
        rows = ({"id": f"{name}-0", "text": f"{row['text']} {name}", "spans": row["spans"]} for row in messages(30, 5))
        write_rows(tmp_path / file, rows)
    (tmp_path / POSTS).mkdir()
    for folder in (tmp_path, tmp_path / POSTS):
        (folder / "hand.txt").write_text(
            "# a note\nhi its [NAME:dana], [OPT:luna] is ok\ndo u open at 8\n", encoding="utf-8"
        )
    for turn in ("one", "two"):
        (tmp_path / turn).mkdir()
        train_net(tmp_path, tmp_path / turn, made=40, times=1, rounds=3, seed=3, texts=tmp_path)

    assert (tmp_path / "one" / "net.npz").read_bytes() == (tmp_path / "two" / "net.npz").read_bytes()


@pytest.fixture(scope="module")
def vectors() -> Any:
    """The rows of the table of usage."""
    torch = pytest.importorskip("torch", reason="the extra `learning` is not installed")
    return torch.from_numpy(Usage.load(LEXICA / TABLE).vector(slice(None)))


def test_what_learns_and_what_reads_make_the_same_sums(vectors: Any, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="the extra `learning` is not installed")
    from appliance.redaction.learning.lessons import TAGS, examples, side_by_side, withheld
    from appliance.redaction.learning.model import APART, Model, save
    from appliance.redaction.net import Net

    rows: list[dict[str, Any]] = [
        {"id": "one", "text": text, "spans": []} for text in ("dana", "hi its Xqzvja, call 512 555 0142 pls", "ok!")
    ]
    reader = Reader.load(Lexicon.load())
    torch.manual_seed(5)
    model = Model(2, vectors).eval()
    save(model, tmp_path / "net.npz")
    batch = side_by_side(examples(rows))

    with torch.no_grad():
        told = model(batch).softmax(dim=2).mean(dim=0).numpy()
    with np.load(tmp_path / "net.npz") as arrays:
        net = Net.of(dict(arrays), TAGS, APART, reader.usage)
    read_texts = [read(row, reader) for row in rows]

    assert np.allclose(told, np.concatenate([net.chances(text.words, text.rows) for text in read_texts]), atol=0.02)
    less = withheld(batch, np.random.default_rng(1))
    assert len(less.flat) < len(batch.flat)
    assert (less.begins.numpy()[1:] >= less.begins.numpy()[:-1]).all()
    assert less.begins.numpy()[-1] <= len(less.flat)


def test_a_public_text_is_about_other_people_on_the_same_places(tmp_path: Path) -> None:
    text = "RT Marlene Okafor at the Leeds match, go Okafor"
    spans = [
        {"start": 3, "end": 17, "label": "NAME"}, {"start": 25, "end": 30, "label": "OPT"},
        {"start": 41, "end": 47, "label": "NAME"},
    ]  # fmt: skip
    for file in PUBLIC:
        rows = [{"id": str(number), "text": f"{text} {number}", "spans": spans} for number in range(40)]
        write_rows(tmp_path / file, rows)

    drawn = list(renamed(tmp_path, 3, 0.7))

    assert drawn == list(renamed(tmp_path, 3, 0.7))
    assert 20 < len(drawn) < 80
    expect_spans_on_words(drawn)
    for row in drawn:
        first, place, last = (row["text"][span["start"] : span["end"]].lower() for span in row["spans"])
        assert place == "leeds"
        assert first.endswith(last)
    assert len({row["text"] for row in drawn}) > len(drawn) / 2
    assert len(list(renamed(tmp_path, 3, 2.1))) > 2 * len(drawn)


def test_of_a_post_those_tell_who_learnt_from_such_alone(vectors: Any) -> None:
    torch = pytest.importorskip("torch", reason="the extra `learning` is not installed")
    from appliance.redaction.learning.lessons import TAGS, examples
    from appliance.redaction.learning.model import Model
    from appliance.redaction.learning.train_net import Guides

    rows: list[dict[str, Any]] = [
        {"id": name, "text": text, "spans": []} for name, text in (("btc-1", "ok then"), ("made-1", "hi its me dana"))
    ]
    of_all, of_posts = (Model(1, vectors).eval() for _ in range(2))
    for guide, tag in ((of_all, "O"), (of_posts, "B-NAME")):
        guide.out_bias.data[..., TAGS.index(tag)] = 50

    told = Guides(of_all, of_posts).chances(examples(rows))

    assert torch.allclose(told.sum(dim=1), torch.ones(6))
    assert [TAGS[place] for place in told.argmax(dim=1)] == ["B-NAME"] * 2 + ["O"] * 4


def test_scores_of_a_post_that_bears_its_marks_are_told_less_careful() -> None:
    torch = pytest.importorskip("torch", reason="the extra `learning` is not installed")
    from appliance.redaction.learning.lessons import HARMLESS_TAGS, TAGS, examples
    from appliance.redaction.learning.train_net import _incautious

    rows: list[dict[str, Any]] = [
        {"id": "btc-1", "text": "@dana", "spans": []}, {"id": "btc-2", "text": "dana !", "spans": []},
        {"id": "made-1", "text": "@dana", "spans": []},
    ]  # fmt: skip

    odds = _incautious(torch.zeros(1, 6, len(TAGS)), examples(rows))[0].exp()

    assert caution("btc-1", "@dana") > 1
    expected = torch.ones(6, len(TAGS))
    expected[:2, [TAGS.index(tag) for tag in HARMLESS_TAGS]] = 1 / caution("btc-1", "@dana")
    assert torch.allclose(odds, expected)


def test_a_miss_that_counts_less_raises_the_bar() -> None:
    pytest.importorskip("torch", reason="the extra `learning` is not installed")
    from appliance.redaction.learning.bars import MISS, _lightest

    def chosen(counts: float) -> float:
        return _lightest("listed", [(0.3, True, counts), *[(0.32, False, 1.0)] * 3, (0.9, True, 1.0)])

    assert MISS["listed"] * 0.2 < 3 < MISS["listed"]
    assert chosen(1.0) < 0.3
    assert chosen(0.2) >= 0.32


def test_the_released_engine_is_what_the_command_makes_unasked() -> None:
    pytest.importorskip("torch", reason="the extra `learning` is not installed")
    from appliance.redaction.learning.__main__ import options_of

    recipe = json.loads((HOME / CARD).read_text(encoding="utf-8"))["recipe"]

    assert recipe == {name: getattr(options_of(["--data", "."]), name) for name in recipe}


def test_choices_nest_and_a_labelled_stretch_takes_its_slots(tmp_path: Path) -> None:
    from random import Random

    from appliance.redaction.learning.grammar import Piece

    (tmp_path / "a.txt").write_text("# note\n@one\n(a|(b|c)) [HEALTH:<x> ok]\n", encoding="utf-8")
    (line,) = read_sections(tmp_path / "a.txt")["one"]

    pieces = fill(line, {"x": lambda _: [Piece("x", "NAME")]}, Random(1))

    assert pieces[-1] == Piece("x ok", "HEALTH")
    assert pieces[0].text in {"a ", "b ", "c "}
