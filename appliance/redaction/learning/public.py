"""The public texts that are learnt from, and the tenth of them that is kept back to choose the bars on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from appliance.redaction.learning.dataset import lowered, read_rows

PUBLIC = ("wnut17_train.jsonl", "btc_train.jsonl")
_HELD = 12


def public_rows(folder: Path, *, lower: bool = False, held: bool = False) -> Iterator[dict[str, Any]]:
    """The texts as they stand or as a hurried thumb would type them; those learnt from, or those kept back."""
    for name in PUBLIC:
        rows = (row for row in read_rows(folder / name) if kept_back(row["text"]) == held)
        yield from lowered(rows) if lower else rows


def kept_back(line: str) -> bool:
    """Whether a text or a phrase is one of those that nothing learns from. By its letters: the same in every run."""
    return crc32(line.encode()) % _HELD == 0
