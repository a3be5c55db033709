"""What is asked of every row that somebody learns from, however it was made: spans on words, no text of a dev set."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

DEV = Path(__file__).parents[2] / "eval"

Row = Mapping[str, Any]


def expect_spans_on_words(rows: Iterable[Row]) -> None:
    """Each span of each row begins and ends with a word, behind the one before it."""
    for row in rows:
        end = 0
        for span in row["spans"]:
            words = row["text"][span["start"] : span["end"]]
            assert end <= span["start"]
            assert words
            assert words == words.strip()
            end = span["end"]


def dev_texts() -> set[str]:
    """Every text that redaction is judged by."""
    lines = (line for path in DEV.glob("dev_*.jsonl") for line in path.read_text("utf-8").splitlines())
    return {json.loads(line)["text"] for line in lines}
