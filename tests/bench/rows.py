"""What a bench hands back, and the table made of it."""

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

COLUMNS = ("what", "ours", "beside it", "its figure", "ratio", "goal", "")


@dataclass(frozen=True, slots=True)
class Goal:
    """The bound that the design sets, on the ratio (ours to the one beside it) or on our figure itself."""

    on: Literal["ratio", "figure"]
    sense: Literal["at least", "at most"]
    bound: float

    def met(self, value: float) -> bool:
        return value >= self.bound if self.sense == "at least" else value <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One line: our figure and, where there is one, the figure beside it from the same run."""

    what: str
    unit: str
    ours: float
    beside: str = ""
    theirs: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    @property
    def verdict(self) -> str:
        value = self.ratio if self.goal and self.goal.on == "ratio" else self.ours
        if self.goal is None or value is None:
            return ""
        return "met" if self.goal.met(value) else "MISSED"


def rows_of(bench: str) -> list[Row]:
    """Runs one bench."""
    return list(importlib.import_module(f"tests.bench.bench_{bench}").rows())


def table(rows: Iterable[Row]) -> str:
    """Lays the rows out in columns, for a terminal and for a Markdown page alike."""
    lines = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    laid = [_line(line, widths) for line in lines]
    return "\n".join([laid[0], _line(["-" * width for width in widths], widths), *laid[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    theirs = "" if row.theirs is None else _figure(row.theirs, row.unit)
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
    return (row.what, _figure(row.ours, row.unit), row.beside, theirs, ratio, _words(row), row.verdict)


def _words(row: Row) -> str:
    if row.goal is None:
        return ""
    bound = f"{row.goal.bound:g} ×" if row.goal.on == "ratio" else _figure(row.goal.bound, row.unit)
    return f"{'≥' if row.goal.sense == 'at least' else '≤'} {bound}"


def _figure(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
