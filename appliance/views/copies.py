"""The copies of the desk elsewhere, for their page and the status page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place. Times are None for never; `trouble` is a sentence where it cannot be used now."""

    title: str
    newest_at: int | None
    checked_at: int | None
    whole_at: int | None
    persons_at: int | None
    pages: int
    sent: int
    trouble: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class DrillRow:
    """One drill: when, whether all went well, how much work would have been lost, how long it took."""

    at: int
    place: str
    ok: bool
    sentence: str
    lost_minutes: int
    took_seconds: int
    messages: int


@dataclass(frozen=True, slots=True)
class Copies:
    """All of it. `running` names what was asked for and is not done; `paused` says why nothing is sent."""

    places: tuple[PlaceRow, ...]
    drills: tuple[DrillRow, ...]
    running: tuple[str, ...]
    paused: str
    next_drill_at: int | None
