"""Scores spans against gold: leaks, kinds found, precision, clean texts touched, health words, people."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DIRECT = ("NAME", "PHONE", "EMAIL", "ADDRESS", "DATE", "ID", "URL")


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` and what they are; gold and found alike."""

    start: int
    end: int
    label: str

    def overlaps(self, other: "Mark") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Case:
    """One text with its gold."""

    id: str
    text: str
    gold: tuple[Mark, ...]
    part: str


Finder = Callable[[str], Sequence[Mark]]


def read_cases(path: Path) -> list[Case]:
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        gold = tuple(Mark(span["start"], span["end"], span["label"]) for span in row["spans"])
        cases.append(Case(row.get("id", str(number)), row["text"], gold, row.get("part", "")))
    return cases


@dataclass(slots=True)
class Score:
    """Counts of one run; the shares are worked out from them."""

    texts: int = 0
    telling: int = 0
    leaked: int = 0
    clean: int = 0
    touched: int = 0
    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: int = 0
    wrong: int = 0
    health_right: int = 0
    health_wrong: int = 0
    misses: list[tuple[str, str, str]] = field(default_factory=list)
    alarms: list[tuple[str, str, str]] = field(default_factory=list)

    def share(self, kind: str) -> float:
        return self.found[kind] / self.there[kind] if self.there[kind] else 1.0

    @property
    def leak(self) -> float:
        return self.leaked / max(1, self.telling)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def health_precision(self) -> float:
        return self.health_right / max(1, self.health_right + self.health_wrong)

    @property
    def clean_touched(self) -> float:
        return self.touched / max(1, self.clean)


def score(cases: Iterable[Case], find: Finder) -> Score:
    """Run a finder over the cases and count."""
    total = Score()
    for case in cases:
        _count(total, case, find(case.text))
    return total


def _count(total: Score, case: Case, found: Sequence[Mark]) -> None:
    total.texts += 1
    covered = _covered(found)
    direct = [mark for mark in case.gold if mark.label in DIRECT]
    missed = []
    for mark in direct:
        whole = covered.issuperset(_letters(case.text, mark))
        for kind in _kinds(case.text, mark):
            total.there[kind] += 1
            total.found[kind] += whole
        if not whole:
            missed.append(mark)
            total.misses.append((case.id, mark.label, _shown(case.text, mark)))
    total.telling += bool(direct)
    total.leaked += bool(missed)
    _count_health(total, case, covered)
    alarms = [mark for mark in found if not any(mark.overlaps(gold) for gold in case.gold)]
    for mark in found:
        if mark.label == "HEALTH":
            hit = any(mark.overlaps(gold) for gold in case.gold if gold.label != "OPT")
            total.health_right += hit
            total.health_wrong += mark in alarms
        elif mark in alarms:
            total.wrong += 1
        else:
            # OPT alone is neither right nor wrong.
            total.right += any(mark.overlaps(gold) for gold in case.gold if gold.label != "OPT")
    total.alarms += [(case.id, mark.label, _shown(case.text, mark)) for mark in alarms]
    if all(mark.label == "OPT" for mark in case.gold):
        total.clean += 1
        total.touched += bool(alarms)


def _count_health(total: Score, case: Case, covered: set[int]) -> None:
    for mark in case.gold:
        if mark.label == "HEALTH":
            letters = _letters(case.text, mark)
            total.there["HEALTH"] += 1
            total.found["HEALTH"] += 2 * len(covered.intersection(letters)) >= len(letters)
            if 2 * len(covered.intersection(letters)) < len(letters):
                total.misses.append((case.id, "HEALTH", _shown(case.text, mark)))


def _kinds(text: str, mark: Mark) -> Iterable[str]:
    yield mark.label
    if mark.label == "NAME" and text[mark.start : mark.end].islower():
        yield "name"


def _covered(found: Iterable[Mark]) -> set[int]:
    return {place for mark in found for place in range(mark.start, mark.end)}


def _letters(text: str, mark: Mark) -> list[int]:
    """What must be covered: letters and digits; a space or dash left standing tells nothing."""
    return [place for place in range(mark.start, mark.end) if text[place].isalnum()]


def _shown(text: str, mark: Mark) -> str:
    before, after = text[max(0, mark.start - 30) : mark.start], text[mark.end : mark.end + 30]
    return f"{before}[{text[mark.start : mark.end]}]{after}".replace("\n", "\\n")


def people(cases: Iterable[Case], find: Finder) -> tuple[float, float, float]:
    """For the public sets: people met, wholly covered, precision of NAME. What is OPT counts for nothing."""
    there = met = whole = right = wrong = 0
    for case in cases:
        found = find(case.text)
        covered = _covered(found)
        for gold in case.gold:
            if gold.label == "NAME":
                letters = _letters(case.text, gold)
                there += 1
                met += bool(covered.intersection(letters))
                whole += covered.issuperset(letters)
        for mark in found:
            meets = {gold.label for gold in case.gold if gold.overlaps(mark)}
            right += mark.label == "NAME" and "NAME" in meets
            wrong += mark.label == "NAME" and not meets
    return met / max(1, there), whole / max(1, there), right / max(1, right + wrong)
