"""Phrase files into pieces: `(a|b)` is a choice, `<slot>` is filled in, `[LABEL:words]` is a span."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from appliance.redaction.learning.markup import GoldSpan

PHRASES = Path(__file__).parent / "phrases"
_SLOT = re.compile(r"<([a-z][a-z0-9_]*)>")
_INNERMOST = re.compile(r"\(([^()]*)\)")
_LABELLED = re.compile(r"\[([A-Z]+):([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; with a label where they are an identifier."""

    text: str
    label: str = ""


Filler = Callable[[Random], Sequence[Piece]]


def read_sections(path: Path) -> dict[str, list[str]]:
    """Lines by section; comments and empty lines are left out."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            lines = sections.setdefault(line[1:].strip(), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


def choose(pattern: str, random: Random) -> str:
    """Resolve all choices of a pattern, inner ones first."""
    pattern = pattern.replace("\\(", "\x01").replace("\\)", "\x02")
    while True:
        match = _INNERMOST.search(pattern)
        if match is None:
            break
        chosen = random.choice(match[1].split("|"))
        pattern = pattern[: match.start()] + chosen + pattern[match.end() :]
    pattern = re.sub(r"\\d", lambda _: str(random.randint(0, 9)), pattern)
    pattern = re.sub(r",\?", lambda _: random.choice(("", ",")), pattern)
    pattern = re.sub(r" \?(?=[<\w])", " ", pattern)
    return pattern.replace("\\n", "\n").replace("\x01", "(").replace("\x02", ")")


def fill(pattern: str, fillers: Mapping[str, Filler], random: Random) -> list[Piece]:
    """Expand one phrase. A slot inside a labelled stretch takes that label."""
    chosen = choose(pattern, random)
    pieces: list[Piece] = []
    done = 0
    for match in _LABELLED.finditer(chosen):
        pieces += _slots(chosen[done : match.start()], fillers, random)
        inside = "".join(piece.text for piece in _slots(match[2], fillers, random))
        pieces.append(Piece(inside, match[1]))
        done = match.end()
    return pieces + _slots(chosen[done:], fillers, random)


def _slots(words: str, fillers: Mapping[str, Filler], random: Random) -> list[Piece]:
    pieces: list[Piece] = []
    done = 0
    for match in _SLOT.finditer(words):
        pieces.append(Piece(words[done : match.start()]))
        pieces += fillers[match[1]](random)
        done = match.end()
    return [piece for piece in [*pieces, Piece(words[done:])] if piece.text]


def pieces_of(text: str, spans: Sequence[GoldSpan]) -> list[Piece]:
    """The pieces that `joined` makes this text of."""
    pieces, done = [], 0
    for span in spans:
        pieces += [Piece(text[done : span.start]), Piece(text[span.start : span.end], span.label)]
        done = span.end
    return [piece for piece in [*pieces, Piece(text[done:])] if piece.text]


def joined(name: str, pieces: Sequence[Piece]) -> dict[str, Any]:
    """One text of all pieces; its spans begin and end on a word."""
    text, spans = "", []
    for piece in pieces:
        if piece.label:
            inner = piece.text.strip()
            start = len(text) + len(piece.text) - len(piece.text.lstrip())
            spans.append({"start": start, "end": start + len(inner), "label": piece.label})
        text += piece.text
    return {"id": name, "text": text, "spans": spans}
