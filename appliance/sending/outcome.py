"""Reading the carrier's own list: which of its texts is our reply, and which of its texts we never got. Pure."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from appliance.gateways.sms import CarrierText
from appliance.sending.pauses import MINUTE
from storage.plaintext import Plaintext

# Our clock and the carrier's are not the same, and a slow call may be taken at its end.
CLOCKS_APART: Final = 2 * MINUTE
TAKEN_WITHIN: Final = 5 * MINUTE
# A trial account puts this before every text.
TRIAL: Final = "Sent from your Twilio trial account - "


@dataclass(frozen=True, slots=True)
class Sought:
    """A reply of ours whose outcome is unknown."""

    to: str = field(repr=False)
    body: Plaintext
    sending_at: int


@dataclass(frozen=True, slots=True)
class Found:
    """The carrier has it."""

    text: CarrierText


@dataclass(frozen=True, slots=True)
class NotThere:
    """The carrier's list, as it is now, does not show it."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one could be it. A person must look; nothing is guessed."""

    count: int


Answer = Found | NotThere | Ambiguous


def find(sought: Sought, theirs: Sequence[CarrierText], *, claimed: Collection[str]) -> Answer:
    """Our reply among the carrier's texts. `claimed` are the carrier's ids that belong to other replies already."""
    fitting = [text for text in theirs if text.provider_id not in claimed and _is(sought, text)]
    if len(fitting) == 1:
        return Found(fitting[0])
    return Ambiguous(len(fitting)) if fitting else NotThere()


def missing(theirs: Sequence[CarrierText], *, known: Collection[str], until: int) -> tuple[CarrierText, ...]:
    """The carrier's texts that we do not have, oldest first, each once.

    Those younger than `until` are left for the next sweep: they are most likely on their way by the door.
    """
    unknown = {text.provider_id: text for text in theirs if text.provider_id not in known and text.created_at < until}
    return tuple(sorted(unknown.values(), key=lambda text: (text.created_at, text.provider_id)))


def _is(sought: Sought, text: CarrierText) -> bool:
    from_, until = sought.sending_at - CLOCKS_APART, sought.sending_at + TAKEN_WITHIN
    return text.to == sought.to and from_ <= text.created_at <= until and _words(text.body) == _words(sought.body)


def _words(body: Plaintext) -> str:
    return unicodedata.normalize("NFC", body.text).removeprefix(TRIAL).strip()
