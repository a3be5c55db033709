"""The keys of a desk in plain words: how old they are, what opens it, and what it shows to other services."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key. `title` is what people call it, `name` what support and the files do; `does` says what for.
    `uses` counts what it holds where that is known, else it is None.
    """

    name: str
    title: str
    does: str
    generation: int
    state: str
    created: int
    changed: int
    uses: int | None = None


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One way to unlock. `tested` is when it was last shown to open, 0 for never."""

    slot_id: str
    kind: str
    created: int
    tested: int


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One secret of another service: its age, and its last four characters where it is long enough to show them."""

    name: str
    title: str
    since: int
    last_four: str
    both_until: int | None = None


@dataclass(frozen=True, slots=True)
class StartRow:
    """Whether the desk opens itself at the start. `sentence` says which and why."""

    opens: bool
    code: str
    setting: str
    disk: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RotationShown:
    """Where a change of all keys stands: `values` were sealed anew in this step; `error` is why the last one failed.

    `oldest` is when the oldest key in force was made, `next_at` when it is changed by itself.
    """

    running: bool
    step: str
    values: int
    since: int
    error: str
    oldest: int
    next_at: int


@dataclass(frozen=True, slots=True)
class KeysShown:
    """All of it. No secret is in here."""

    keys: tuple[KeyRow, ...]
    slots: tuple[SlotRow, ...]
    credentials: tuple[CredentialRow, ...]
    start: StartRow
