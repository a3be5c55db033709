"""What left the building, and what may."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How a crossing ended."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """One call to the outside. `purpose`: the permission's code; `why`: a sentence for the owner; `size`: bytes."""

    crossing_id: str
    at: int
    destination: str
    purpose: str
    why: str
    size: int
    outcome: Outcome
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Crossings:
    """One page of the ledger, newest first, counted from 1."""

    rows: tuple[CrossingRow, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Crossing:
    """One entry whole. `sent` is the body exactly as it left, kept for model prompts only, and until
    `removed_at`, as the keeping time says."""

    row: CrossingRow
    method: str
    path: str
    digest: str
    answered_after_ms: int | None
    outcome_sentence: str
    sent: str | None = field(default=None, repr=False)
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One destination for one purpose. Not granted: asked for by the settings, refused until somebody grants it."""

    permission_id: str
    destination: str
    purpose: str
    data: str
    granted: bool
    granted_by: str = ""
    granted_at: int | None = None
    last_used: int | None = None
    uses: int = 0
