"""What the icon says and offers, in each state of the desk. Plain values; `icon.py` hands them to the system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from appliance.views.status import DeskState

STOPPED: Final = "stopped"
_MOST_REASONS: Final = 3
_LONGEST: Final = 90


class Act(StrEnum):
    """What somebody can ask for."""

    OPEN = "open"
    ROTATE = "rotate"
    ROTATE_AFTER_LEAK = "rotate-after-leak"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. Without an act and without lines below it only tells."""

    text: str
    act: Act | None = None
    below: tuple["Entry", ...] = ()
    main: bool = False


_STATES: Final[Mapping[str, str]] = {
    DeskState.READY: "everything is well",
    DeskState.DEGRADED: "something needs you",
    DeskState.SAFE_MODE: "it sends nothing, something needs you",
    DeskState.LOCKED: "locked; texts are taken in",
    DeskState.STARTING: "starting",
    STOPPED: "not running",
}
_OPENS: Final[Mapping[str, str]] = {
    DeskState.READY: "Open the desk",
    DeskState.DEGRADED: "Open the desk",
    DeskState.SAFE_MODE: "Open the desk",
    DeskState.LOCKED: "Unlock the desk …",
}
_HAS_KEYS: Final = frozenset({DeskState.READY, DeskState.DEGRADED, DeskState.SAFE_MODE})


def title(name: str, state: str) -> str:
    """The line that shows when the mouse rests on the icon."""
    return _short(f"{name}: {_STATES.get(state, state)}")


def entries(name: str, state: str, reasons: Sequence[Mapping[str, Any]] = (), *, rotating: bool = False) -> list[Entry]:
    """The menu. Nobody's words, names or numbers: whoever looks over a shoulder sees it."""
    lines = [Entry(title(name, state))]
    lines += [Entry(_short(str(reason["sentence"]))) for reason in reasons[:_MOST_REASONS]]
    if state == STOPPED:
        lines.append(Entry("Start it with: nightdesk serve"))
    if state in _OPENS:
        lines.append(Entry(_OPENS[state], Act.OPEN, main=True))
    if rotating:
        lines.append(Entry("Changing every key …"))
    elif state in _HAS_KEYS:
        lines.append(Entry("Change every key", below=_SURE))
    return [*lines, Entry("Close this icon", Act.CLOSE)]


# A menu cannot ask, so the question is one level down.
_SURE: Final = (
    Entry("Everybody is signed out. Texts are taken in all the while."),
    Entry("Yes, change every key", Act.ROTATE),
    Entry("Somebody may have a key: seal everything anew", Act.ROTATE_AFTER_LEAK),
)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
