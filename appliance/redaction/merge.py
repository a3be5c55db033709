"""Decides where finds overlap: what is covered once stays covered, the more telling label wins."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from appliance.redaction.values import Label, Span

# Which label a joined span gets. An address swallows the number in it; a health word gives way to everything.
RANK: Final = (
    Label.EMAIL, Label.URL, Label.ADDRESS, Label.PHONE, Label.DATE, Label.ID, Label.NAME, Label.HEALTH,
)  # fmt: skip
_PLACE: Final = {label: place for place, label in enumerate(RANK)}


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted spans without overlap that cover every character any identifier covered.

    Health words that touch an identifier are dropped; the identifier hides them too.
    """
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    direct = _joined(span for span in ordered if span.label is not Label.HEALTH)
    health = _joined(span for span in ordered if span.label is Label.HEALTH)
    free = [span for span in health if not any(span.overlaps(other) for other in direct)]
    return tuple(sorted([*direct, *free], key=lambda span: span.start))


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.start < joined[-1].end:
            joined[-1] = _one(joined[-1], span)
        elif span.end > span.start:
            joined.append(span)
    return joined


def _one(left: Span, right: Span) -> Span:
    # A longer find knows more of what it is than a shorter one inside it.
    chosen = min((left, right), key=lambda span: (-span.length() // 8, _PLACE[span.label]))
    return replace(chosen, start=left.start, end=max(left.end, right.end))
