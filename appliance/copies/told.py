"""What is told of the copies: codes as sentences, and the rows of the page and of the status page."""

from typing import Final

from appliance.copies.backing_up import DAY, TOO_OLD_MS
from appliance.copies.places import id_of
from appliance.views.copies import DrillRow, PlaceRow
from storage.backups import Drill, PlaceState
from storage.copies.place import Place

DRILL_EVERY_MS: Final = 90 * DAY
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "place-missing": ("A place for backups is not there.", "Plug it in, or look at the network."),
    "place-full": ("A place for backups is full. The older backups there are whole.", "Make room there."),
    "place-read-only": ("A place for backups may not be written.", "Take its write protection away."),
    "place-failed": ("A place for backups does not work.", "Have a look at the disk, the stick or the network."),
    "place-rolled-back": (
        "The newest backup is gone from its place: somebody took it away or put an older state there.",
        "Ask who has access to that place. A new backup was made.",
    ),
    "backup-damaged": ("A backup was damaged at its place; everything was copied anew.", "Have that disk checked."),
    "backup": ("A backup could not be made.", "Look at the page 'Backups'."),
    "person-key-copies": ("Older copies of keys could not be replaced yet.", "Look at the page 'Backups'."),
    "backup-old": ("The newest backup is older than a day.", "Look at the page 'Backups'."),
    "no-recovery-sheet": ("There is no recovery sheet, so no backup can be made.", "Make a sheet on the page 'Keys'."),
    "disk-full": ("This machine's disk is full.", "Make room on it."),
    "superseded": (
        "Another machine has brought this desk back. This one sends nothing any more.",
        "Switch this machine off.",
    ),
    "restored": (
        "This desk was brought back from a backup. It sends nothing until you say that the old machine is off.",
        "Switch the old machine off, then say so on the page 'Backups'.",
    ),
    "epoch-unreadable": (
        "A mark at a place for backups was damaged or forged; it was written anew.",
        "Ask who has access to that place.",
    ),
    "drill-failed": ("A drill could not bring the desk back from its backups.", "Look at the page 'Backups'."),
    "drill-old": ("Bringing the desk back was not tried for more than a quarter.", "Try it on the page 'Backups'."),
}
# Of a place alone: the status page has more to say of them.
_OF_A_PLACE: Final = SENTENCES | {
    "log-behind": (
        "The log's end is missing, or an older copy of the desk was put back: nothing is backed up from that.",
        "Restore the newest backup, or open the page 'The log' and let the desk go on as it is.",
    ),
}

NOT_TRIED: Final = frozenset({"place-missing", "place-failed", "place-read-only", "disk-full"})


def is_old(state: PlaceState, now: int) -> bool:
    """Whether its newest set is older than it may be."""
    return now - state.set_at > TOO_OLD_MS


def place_row(place: Place, states: dict[str, PlaceState], now: int) -> PlaceRow:
    """One place as its row shows it."""
    state = states.get(id_of(place), PlaceState(""))
    code = state.failing or ("backup-old" if state.set_at and is_old(state, now) else "")
    trouble, remedy = _told(code) if code else ("", "")
    return PlaceRow(
        title=place.title,
        newest_at=state.set_at or None,
        checked_at=state.checked_at or None,
        whole_at=state.whole_at or None,
        persons_at=state.persons_at or None,
        pages=state.pages,
        sent=state.sent,
        trouble=trouble,
        remedy=remedy,
    )


def _told(code: str) -> tuple[str, str]:
    return _OF_A_PLACE.get(code, (f"It could not be used: {code}.", "Run: nightdesk doctor"))


def why_not(code: str) -> tuple[str, str]:
    """Why a drill did not bring the desk back, and what to do."""
    if code == "no-backup":
        return "No backup of this desk is there.", "Make one now."
    if code in NOT_TRIED:
        sentence, remedy = _told(code)
        return f"It could not be tried. {sentence}", remedy
    return f"It did NOT come back ({code}).", "Make a backup now, and have that disk checked."


def drill_row(drill: Drill, titles: dict[str, str]) -> DrillRow:
    """One drill as its row shows it."""
    sentence = " ".join(why_not(drill.code)) if drill.code else "The desk came back whole."
    return DrillRow(
        at=drill.at,
        place=titles.get(drill.place, "a place that is no longer used"),
        ok=not drill.code,
        sentence=sentence,
        lost_minutes=drill.lost_ms // 60_000,
        took_seconds=drill.took_ms // 1000,
        messages=drill.messages,
    )


def sentence_for_status(states: tuple[PlaceState, ...], places: int, now: int) -> tuple[bool, str, int | None]:
    """Whether the backups are well, in a sentence, and since when the newest is there."""
    if not places:
        return False, "No place for backups is named. Put one under [backup] in the settings.", None
    newest = max((state.set_at for state in states), default=0)
    if not newest:
        return False, "No backup was made yet.", None
    bad = [state for state in states if state.failing or is_old(state, now)]
    told = f"{len(states) - len(bad)} of {places} places have a fresh one." if bad or len(states) < places else ""
    return not bad and len(states) >= places, f"The newest backup is there and was checked. {told}".strip(), newest
