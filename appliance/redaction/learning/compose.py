"""Whole messages out of phrases: seeded, endless, no two writers alike. `python -m appliance.redaction.learning.compose N`."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from appliance.redaction.learning.grammar import PHRASES, Filler, Piece, fill, joined, read_sections
from appliance.redaction.learning.noise import hand, write
from appliance.redaction.learning.posts import kept_back
from appliance.redaction.learning.slots import fillers

MADE = "made"  # how the ids of these texts begin
_JOINS = (" ", " ", ". ", ". ", ", ", " - ", "\n", "! ", "... ", "? ", " and ", ".\n", ". ")
# How often a section is drawn for the middle of a message.
_MIDDLE = {
    "body": 30, "other": 22, "contact": 9, "place": 8, "gate": 3, "idinfo": 10, "dateinfo": 11, "pets": 6, "health": 14,
    "cleanhealth": 1,
}  # fmt: skip
# Messages of these alone tell nobody's name: half of what people text does not.
_PLAIN = ("body", "body", "body", "body", "pets", "health", "cleanhealth")


def messages(count: int, seed: int, *, held: bool = False) -> Iterator[dict[str, Any]]:
    """`count` messages with their spans; `held` ones are made of phrases that nothing learns from."""
    random = Random(seed)
    table = fillers()
    english, spanish = (_phrases(tongue, held=held) for tongue in ("english", "spanish"))
    for number in range(count):
        roll = random.random()
        tongue = spanish if roll < 0.26 else english
        pieces = _compose(tongue, english if roll < 0.05 else tongue, table, random)
        yield joined(f"{MADE}-{number}", write(pieces, hand(random), random))


def _phrases(tongue: str, *, held: bool) -> dict[str, list[str]]:
    """The sections of a tongue: those held back, or the rest. A section without such a phrase is left out."""
    sections: dict[str, list[str]] = {}
    for path in sorted(PHRASES.glob(f"{tongue}*.txt")):
        for name, lines in read_sections(path).items():
            chosen = [line for line in lines if kept_back(line) == held]
            if chosen:
                sections.setdefault(name, []).extend(chosen)
    return sections


def _compose(
    tongue: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]], table: Mapping[str, Filler], random: Random
) -> list[Piece]:
    if random.random() < 0.07 and "whole" in tongue:
        return fill(random.choice(tongue["whole"]), table, random)
    plan: list[str] = []
    if random.random() < 0.2:
        return _joined(random.choices(_PLAIN, k=random.choice((1, 1, 2, 3))), tongue, other, table, random)
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
    return _joined(plan, tongue, other, table, random)


def _joined(
    plan: Sequence[str],
    tongue: Mapping[str, Sequence[str]],
    other: Mapping[str, Sequence[str]],
    table: Mapping[str, Filler],
    random: Random,
) -> list[Piece]:
    pieces: list[Piece] = []
    for place, section in enumerate(each for each in plan if each in tongue):
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


if __name__ == "__main__":
    for row in messages(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
