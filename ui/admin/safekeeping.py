"""Safekeeping: the one place from which the pages on keys, copies, keeping times, deletion and the log are reached."""

from dataclasses import dataclass
from typing import Final

from flask import Response

from ui.admin.page import page
from ui.admin.route import Call, Route


@dataclass(frozen=True, slots=True)
class Room:
    """One page of safekeeping, and in one sentence what it is for."""

    address: str
    name: str
    sentence: str


ROOMS: Final[tuple[Room, ...]] = (
    Room("/copies", "Backups", "Where copies of this desk go, when each was checked, and trying to bring it back."),
    Room("/keys", "Keys", "What opens the desk, and what it shows to the carrier, the model and the mail server."),
    Room("/keeping", "How long we keep things", "When old words go, what the next run takes away, and what it did."),
    Room("/log", "The log", "What was done and by whom, signed every hour; proof for others, and a file for support."),
    Room("/hidden", "What is hidden", "Which words are hidden from the model, and the desk's own lists of words."),
    Room("/erasures", "Deleting people", "Who was deleted, what can still be undone, certificates, and many at once."),
    Room("/closing", "Closing the desk", "End it, with fourteen days to change your mind."),
)
"""In the order in which they are shown. Each page that belongs here adds its row."""


def rooms(call: Call) -> Response:
    """What there is, each with its sentence."""
    return page("safekeeping/rooms.html", call, rooms=ROOMS)


ROUTES = (Route("GET", "/safekeeping", "safekeeping", rooms),)
