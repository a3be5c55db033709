"""Pruning: leaves older than the log must be kept are dropped, in whole tiles from the front. Every node stays."""

from typing import Final

from storage.audit.bundle import TILE
from storage.audit.leaf import Action
from storage.audit.log import AuditLog

DAY_MS: Final = 24 * 3600 * 1000
SEVEN_YEARS_MS: Final = 7 * 366 * DAY_MS


def minimum_at(log: AuditLog, *, before: int) -> int:
    """The index of the first leaf that stays when those of before that time go. What no checkpoint signed stays."""
    signed = log.newest_note()
    old = min(log.first_since(before), 0 if signed is None else signed.size)
    return max(log.first(), old // TILE * TILE)


def prune(log: AuditLog, *, before: int, actor: str, now: int) -> int:
    """Drop what is older, and say so in a leaf. How many leaves went; without any, nothing is written."""
    first, minimum = log.first(), minimum_at(log, before=before)
    if minimum == first:
        return 0
    log.append(Action.LOG_PRUNED, actor=actor, at=now, detail={"minimum": minimum})
    log.drop(minimum)
    return minimum - first
