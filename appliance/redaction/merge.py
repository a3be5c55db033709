"""Decides where finds overlap: what is covered once stays covered, the more telling label wins."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from appliance.redaction.values import Label, Span

# Which label a joined span gets. An address swallows the number in it; a health word gives way to everything.
RANK: Final = (
    Label.EMAIL, Label.URL, Label.ADDRESS, Label.PHONE, Label.DATE, Label.ID, Label.NAME, Label.HEALTH,
)  # fmt: skip
_SEAM: Final = re.compile(r"[\s,.-]{1,3}")
_PLACE: Final = {label: place for place, label in enumerate(RANK)}


def merge(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """Sorted spans without overlap that cover every character any identifier covered.

    Health words that touch an identifier are dropped; the identifier hides them too.
    """
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    direct = _bridged(_joined(span for span in ordered if span.label is not Label.HEALTH), text)
    health = _joined(span for span in ordered if span.label is Label.HEALTH)
    starts = [span.start for span in direct]
    free = [span for span in health if not _meets(span, direct, starts)]
    return tuple(sorted([*direct, *free], key=lambda span: span.start))


def _meets(span: Span, others: list[Span], starts: list[int]) -> bool:
    """Whether one of the others, which are sorted and apart, overlaps the span."""
    before = bisect_left(starts, span.end) - 1
    return before >= 0 and others[before].overlaps(span)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.start < joined[-1].end:
            joined[-1] = _one(joined[-1], span)
        elif span.end > span.start:
            joined.append(span)
    return joined


def _bridged(spans: list[Span], text: str) -> list[Span]:
    """An address told in pieces is one; what stands between them is a comma or a line break."""
    bridged: list[Span] = []
    for span in spans:
        if (
            bridged
            and bridged[-1].label is span.label is Label.ADDRESS
            and _SEAM.fullmatch(text, bridged[-1].end, span.start)
        ):
            bridged[-1] = replace(bridged[-1], end=span.end)
        else:
            bridged.append(span)
    return bridged


def _one(left: Span, right: Span) -> Span:
    # A longer find knows more of what it is than a shorter one inside it.
    chosen = min((left, right), key=lambda span: (-span.length() // 8, _PLACE[span.label]))
    return replace(chosen, start=left.start, end=max(left.end, right.end))
