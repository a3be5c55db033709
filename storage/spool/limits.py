"""How much the spool may hold. Beyond it the door answers 503, and the carrier's own list fills the gap later."""

from dataclasses import dataclass

_MIB = 1024 * 1024
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    total_bytes: int = 1024 * _MIB
    # Letters that nobody could check yet: anyone may write them, so they get a room of their own.
    unchecked_letters: int = 20_000
    unchecked_bytes: int = 64 * _MIB
    # A segment is the least that can be dropped, so one is closed by size and by age.
    segment_bytes: int = 4 * _MIB
    segment_age_ms: int = _DAY_MS


USUAL_LIMITS = SpoolLimits()
