"""What the page on the log shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A place that remembers how far the log was, and what it says."""

    place: str
    ok: bool
    sentence: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class LogShown:
    """The log, told. `checkpoint` is the newest signed one, to be kept elsewhere; `first` entries are kept by hash."""

    leaves: int
    first: int
    checkpoint: str
    signed_at: int | None
    signed: int
    key: str
    checked_at: int | None
    sound: bool
    behind: bool
    marks: tuple[MarkRow, ...]


@dataclass(frozen=True, slots=True)
class SupportPreview:
    """What would be sent to support: exactly these words. `id` names it for a short while."""

    id: str
    content: str
