"""Closing the desk, as its page shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClosingShown:
    """`asked_at` is None while nobody wants to close; `people` are those whose words are still here."""

    asked_at: int | None = None
    closes_at: int | None = None
    closed_at: int | None = None
    people: int = 0
