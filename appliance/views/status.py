"""How the desk is doing, in sentences."""

from dataclasses import dataclass
from enum import StrEnum


class DeskState(StrEnum):
    """The states of `/readyz`."""

    READY = "ready"
    LOCKED = "locked"
    DEGRADED = "degraded"
    SAFE_MODE = "safe-mode"
    STARTING = "starting"


@dataclass(frozen=True, slots=True)
class Readiness:
    """State and reason codes: no personal data, no session needed."""

    state: DeskState
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the desk is not simply ready, and what to do."""

    code: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Part:
    """One working part: door, worker, carrier, model, sweep, spool …"""

    name: str
    ok: bool
    sentence: str
    since: int | None = None


@dataclass(frozen=True, slots=True)
class LogState:
    """The audit log: leaves, and the last checkpoint that was signed and checked again."""

    leaves: int
    checkpoint_at: int | None = None
    checkpoint_leaves: int = 0
    verified_at: int | None = None
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """All of it. Pairs are (words, value)."""

    state: DeskState
    reasons: tuple[Reason, ...]
    parts: tuple[Part, ...]
    log: LogState
    counts: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
