"""What was found of what people wrote, the newest first, with the words that were looked for marked."""

from dataclasses import dataclass, field

from appliance.views.people import Who

Pieces = tuple[tuple[bool, str], ...]
"""A text in pieces: whether it is marked, and the piece."""


@dataclass(frozen=True, slots=True)
class FoundText:
    """A message or a reply (`ours`). Of a long one `pieces` hold what stands around the first mark."""

    text_id: str
    person_id: str
    who: Who
    at: int
    ours: bool
    pieces: Pieces = field(repr=False)
    cut: bool = False

    @property
    def text(self) -> str:
        """The words as they are shown."""
        return "".join(piece for _, piece in self.pieces)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody whose number was typed."""

    person_id: str
    who: Who
    last_at: int


@dataclass(frozen=True, slots=True)
class IndexShown:
    """How many texts can be found, of how many. Until `ready` it is being built, the newest texts first."""

    ready: bool
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Searched:
    """One page of what was found; `older` asks for the next. `asked` is false where there was nothing to look for."""

    words: str = field(repr=False)
    index: IndexShown
    asked: bool = False
    texts: tuple[FoundText, ...] = ()
    people: tuple[FoundPerson, ...] = ()
    older: int | None = None
