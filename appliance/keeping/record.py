"""All that a desk has about one person, in the clear: for their own export, and nothing else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TextKept:
    """One text, in or out, in the words that were really written; None once their keeping time was over.

    `archived` says that the words lie in the archive and nobody approved that they are opened.
    """

    direction: str
    provider_id: str | None
    body: str | None = field(repr=False)
    at: int
    status: str
    removed_at: int | None = None
    archived: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it stands in person.json."""
        return {
            "direction": self.direction,
            "provider_id": self.provider_id,
            "body": self.body,
            "at": moment(self.at),
            "status": self.status,
            **_removed(self.removed_at),
            **({"in_archive": True} if self.archived else {}),
        }


@dataclass(frozen=True, slots=True)
class DraftKept:
    """A reply that was proposed; what was sent in the end is among the texts."""

    body: str | None = field(repr=False)
    at: int
    state: str
    decided_at: int | None
    removed_at: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As it stands in person.json."""
        decided = None if self.decided_at is None else moment(self.decided_at)
        about = {"body": self.body, "at": moment(self.at), "state": self.state, "decided_at": decided}
        return about | _removed(self.removed_at)


@dataclass(frozen=True, slots=True)
class DepartureKept:
    """Something about the person that was sent to a service outside; the body as it left, where it was kept."""

    at: int
    purpose: str
    host: str
    outcome: str | None
    body: str | None = field(repr=False)
    removed_at: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As it stands in person.json."""
        return {
            "at": moment(self.at),
            "purpose": self.purpose,
            "host": self.host,
            "outcome": self.outcome,
            "body": self.body,
            **_removed(self.removed_at),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One person, whole."""

    desk: str
    exported_at: int
    number: str = field(repr=False)
    name: str | None = field(repr=False)
    language: str
    since: int
    stopped_at: int | None
    stopped_by: str | None
    messages: tuple[TextKept, ...]
    drafts: tuple[DraftKept, ...]
    departures: tuple[DepartureKept, ...]

    def as_json(self) -> dict[str, Any]:
        """The content of person.json, oldest first; times are ISO 8601 in UTC, to the millisecond."""
        stop = None
        if self.stopped_at is not None:
            stop = {"since": moment(self.stopped_at), "source": self.stopped_by}
        return {
            "number": self.number,
            "name": self.name,
            "messages": [one.as_json() for one in self.messages],
            "language": self.language,
            "first_text_at": moment(self.since),
            "no_more_texts": stop,
            "drafts": [one.as_json() for one in self.drafts],
            "left_the_building": [one.as_json() for one in self.departures],
            "desk": self.desk,
            "exported_at": moment(self.exported_at),
        }


def _removed(at: int | None) -> dict[str, Any]:
    """Only where words are gone: an export of what is there keeps its form."""
    return {} if at is None else {"body_removed_at": moment(at)}


def moment(at: int) -> str:
    """Milliseconds as ISO 8601: 2026-11-22T04:15:00.000Z."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
