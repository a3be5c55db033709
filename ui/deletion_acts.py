"""Deleting people over the control channel: what a command asks, and the same answers where no core runs."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from appliance.access.sign_in import OWNER
from appliance.keeping.listing import Listed
from appliance.staff.deletions import Deleting
from appliance.views.closing import ClosingShown
from storage.erasures import Erasure
from ui.channel import Message

Act = Callable[[Deleting, Message], Mapping[str, Any]]


def look_up(deleting: Deleting, asked: Message) -> Mapping[str, Any]:
    """What each line means."""
    return {"lines": _lines(deleting.deletion.look_up(_rows(asked)))}


def erase(deleting: Deleting, asked: Message) -> Mapping[str, Any]:
    """Delete whoever was found."""
    listed, erasures = deleting.deletion.erase(_rows(asked), undo_days=int(asked["undo_days"]), by=OWNER)
    return {"lines": _lines(listed), "erasures": [_erasure(one) for one in erasures]}


def restore(deleting: Deleting, asked: Message) -> Mapping[str, Any]:
    """Bring somebody back."""
    return {"restored": deleting.deletion.restore(str(asked["number"]), by=OWNER)}


def deleted(deleting: Deleting, _: Message) -> Mapping[str, Any]:
    """Every request and how far it is."""
    return {"erasures": [_erasure(one) for one in deleting.deletion.newest()]}


def certify(deleting: Deleting, asked: Message) -> Mapping[str, Any]:
    """The certificate, and whether this machine has done all it can."""
    erasure = str(asked["erasure"])
    return {"text": deleting.deletion.certificate(erasure), "settled": deleting.deletion.settled(erasure)}


def close(deleting: Deleting, _: Message) -> Mapping[str, Any]:
    """Begin to close the desk."""
    return _closing(deleting.closing.ask(by=OWNER))


def reopen(deleting: Deleting, _: Message) -> Mapping[str, Any]:
    """Change one's mind."""
    return _closing(deleting.closing.reopen(by=OWNER))


def closing(deleting: Deleting, _: Message) -> Mapping[str, Any]:
    """Where it stands."""
    return _closing(deleting.closing.shown())


def certify_closing(deleting: Deleting, _: Message) -> Mapping[str, Any]:
    """The certificate of a desk that is closed."""
    return {"text": deleting.closing.certificate()}


ACTS: Final[Mapping[str, Act]] = {
    "people-look-up": look_up,
    "people-erase": erase,
    "people-restore": restore,
    "people-deleted": deleted,
    "people-certificate": certify,
    "desk-close": close,
    "desk-reopen": reopen,
    "desk-closing": closing,
    "desk-closing-certificate": certify_closing,
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


def _closing(shown: ClosingShown) -> dict[str, Any]:
    return {
        "asked_at": shown.asked_at,
        "closes_at": shown.closes_at,
        "closed_at": shown.closed_at,
        "people": shown.people,
    }
