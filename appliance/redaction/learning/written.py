"""Texts written by hand for training: as they are, about somebody else, and in another writer's hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final
from zlib import crc32

from appliance.redaction.learning.grammar import Piece, joined, pieces_of
from appliance.redaction.learning.markup import GoldSpan, parse
from appliance.redaction.learning.noise import hand, write
from appliance.redaction.learning.refill import refill
from appliance.redaction.learning.slots import user

TEXTS: Final = Path(__file__).parent / "texts"
POSTS: Final = "posts"  # the folder in that one whose texts were written as if in public
WRITTEN: Final = "written"  # how the ids of these texts begin
_HELD: Final = 10
# How often a text is drawn about somebody else, and how often in another hand.
_REFILLED, _REWRITTEN = 0.5, 0.5
_HASHTAGS: Final = (
    "#help #please #urgent #thankyou #smh #rude #newhair #selfcare #backpain #plumbing #mydog #ayuda".split()
)


def written(*, held: bool = False, folder: Path = TEXTS) -> Iterator[dict[str, Any]]:
    """The texts as they stand: those learnt from, or the tenth that is kept back."""
    for name, text, spans in _read(folder, held=held):
        marks = [{"start": span.start, "end": span.end, "label": span.label} for span in spans]
        yield {"id": name, "text": text, "spans": marks}


def drawn(times: int, seed: int, *, folder: Path = TEXTS, marked: float = 0) -> Iterator[dict[str, Any]]:
    """Each text learnt from so many times, never quite the same. A share of them is `marked` as posts are."""
    random = Random(seed)
    for name, text, spans in _read(folder, held=False):
        for _ in range(times):
            pieces: Sequence[Piece] = pieces_of(text, spans)
            if random.random() < _REFILLED:
                pieces = refill(pieces, random)
            if random.random() < _REWRITTEN:
                pieces = write(pieces, hand(random), random)
            if marked and random.random() < marked:
                pieces = [*pieces, Piece(" "), _mark(random)]
            yield joined(name, pieces)


def _mark(random: Random) -> Piece:
    return Piece(f"@{user(random)}", "ID") if random.random() < 0.5 else Piece(random.choice(_HASHTAGS))


def _read(folder: Path, *, held: bool) -> Iterator[tuple[str, str, tuple[GoldSpan, ...]]]:
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            if line and not line.startswith("#") and (crc32(line.encode()) % _HELD == 0) == held:
                yield f"{WRITTEN}-{folder.name}-{path.stem}-{number}", *parse(line)
