"""What redaction hides, as the owner sees it: a text tried, and the desk's own two lists."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that was found: the words, what they are, which layer found them, and why."""

    words: str = field(repr=False)
    label: str
    layer: str
    why: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A text that was tried: what a model would be shown of it, and every find."""

    text: str = field(repr=False)
    shown: str = field(repr=False)
    finds: tuple[Find, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list."""

    phrase_id: str
    words: str
    added_by: str
    added_at: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """The page. `own` is what the settings say of the desk itself: never hidden."""

    shown: tuple[Listed, ...]
    hidden: tuple[Listed, ...]
    own: tuple[str, ...]
    tried: Tried | None = None
