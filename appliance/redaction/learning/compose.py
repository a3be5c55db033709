"""Whole messages out of phrases: seeded, endless, no two writers alike. `python -m appliance.redaction.learning.compose N`."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from appliance.redaction.learning.grammar import PHRASES, Filler, Piece, fill, read_sections
from appliance.redaction.learning.noise import hand, write
from appliance.redaction.learning.slots import fillers

_JOINS = (" ", " ", ". ", ". ", ", ", " - ", "\n", "! ", "... ", "? ", " and ", ".\n", ". ")
# How often a section is drawn for the middle of a message.
_MIDDLE = {
    "body": 30, "other": 22, "contact": 9, "place": 8, "gate": 3, "idinfo": 10, "dateinfo": 11, "pets": 6, "health": 14,
    "cleanhealth": 1,
}  # fmt: skip


def messages(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """`count` messages with their spans."""
    random = Random(seed)
    table = fillers()
    english, spanish = read_sections(PHRASES / "english.txt"), read_sections(PHRASES / "spanish.txt")
    for number in range(count):
        roll = random.random()
        tongue = spanish if roll < 0.26 else english
        pieces = _compose(tongue, english if roll < 0.05 else tongue, table, random)
        yield _row(number, write(pieces, hand(random), random))


def _compose(
    tongue: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]], table: Mapping[str, Filler], random: Random
) -> list[Piece]:
    if random.random() < 0.07:
        return fill(random.choice(tongue["whole"]), table, random)
    plan: list[str] = []
    if random.random() < 0.4:
        plan.append("greet")
    if random.random() < 0.34:
        plan.append("intro")
    names, weights = zip(*((name, weight) for name, weight in _MIDDLE.items() if name in tongue), strict=True)
    plan += random.choices(names, weights, k=random.choices((1, 2, 3, 4), (34, 36, 20, 10))[0])
    if random.random() < 0.05:
        plan.append("intro")
    if random.random() < 0.28:
        plan.append("close")
    pieces: list[Piece] = []
    for place, section in enumerate(plan):
        source = other if place and random.random() < 0.5 and section in other else tongue
        phrase = fill(random.choice(source[section]), table, random)
        tight = section == "close" and phrase[0].text[:1] in "-\n~—–,"
        if pieces and not tight:
            pieces.append(Piece(random.choice(_JOINS[:2]) if random.random() < 0.3 else random.choice(_JOINS)))
        elif pieces and phrase[0].text[:1] != "\n" and random.random() < 0.7:
            pieces.append(Piece(" "))
        pieces += phrase
    if random.random() < 0.25:
        pieces.append(Piece(random.choice((".", "!", "?", "??", "...", " :)", " lol", " pls", "!!", " ty"))))
    return pieces


def _row(number: int, pieces: Sequence[Piece]) -> dict[str, Any]:
    text, spans = "", []
    for piece in pieces:
        if piece.label:
            inner = piece.text.strip()
            start = len(text) + len(piece.text) - len(piece.text.lstrip())
            spans.append({"start": start, "end": start + len(inner), "label": piece.label})
        text += piece.text
    return {"id": f"made-{number}", "text": text, "spans": spans}


if __name__ == "__main__":
    for row in messages(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
