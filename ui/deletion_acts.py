"""Deleting people over the control channel: what a command asks, and the same answers where no core runs."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from appliance.access.sign_in import OWNER
from appliance.keeping.deletion import Deletion
from appliance.keeping.listing import Listed
from storage.erasures import Erasure
from ui.channel import Message

Act = Callable[[Deletion, Message], Mapping[str, Any]]


def look_up(deletion: Deletion, asked: Message) -> Mapping[str, Any]:
    """What each line means."""
    return {"lines": _lines(deletion.look_up(_rows(asked)))}


def erase(deletion: Deletion, asked: Message) -> Mapping[str, Any]:
    """Delete whoever was found."""
    listed, erasures = deletion.erase(_rows(asked), undo_days=int(asked["undo_days"]), by=OWNER)
    return {"lines": _lines(listed), "erasures": [_erasure(one) for one in erasures]}


def restore(deletion: Deletion, asked: Message) -> Mapping[str, Any]:
    """Bring somebody back."""
    return {"restored": deletion.restore(str(asked["number"]), by=OWNER)}


def deleted(deletion: Deletion, _: Message) -> Mapping[str, Any]:
    """Every request and how far it is."""
    return {"erasures": [_erasure(one) for one in deletion.newest()]}


def certify(deletion: Deletion, asked: Message) -> Mapping[str, Any]:
    """The certificate, and whether this machine has done all it can."""
    erasure = str(asked["erasure"])
    return {"text": deletion.certificate(erasure), "settled": deletion.settled(erasure)}


ACTS: Final[Mapping[str, Act]] = {
    "people-look-up": look_up,
    "people-erase": erase,
    "people-restore": restore,
    "people-deleted": deleted,
    "people-certificate": certify,
}


def _rows(asked: Message) -> list[tuple[int, str]]:
    rows = asked.get("rows")
    return [(int(line), str(number)) for line, number in rows] if isinstance(rows, list) else []


def _lines(listed: tuple[Listed, ...]) -> list[dict[str, Any]]:
    return [{"line": one.line, "found": one.verdict.value, "people": len(one.people)} for one in listed]


def _erasure(one: Erasure) -> dict[str, Any]:
    destroyed = one.destroyed
    return {
        "id": one.id,
        "person": one.person,
        "asked_at": one.asked_at,
        "due_at": one.due_at,
        "undone_at": one.undone_at,
        "erased_at": one.done_at,
        "messages": None if destroyed is None else destroyed.messages + destroyed.replies,
        "letters_struck_at": one.spool_at,
        "keys_wrapped_anew_at": one.rewrapped_at,
        "copies_replaced_at": one.copies_replaced_at,
    }
