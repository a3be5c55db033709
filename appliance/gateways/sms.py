"""What sending wants of a carrier. The carrier's own client and the built-in test phone are behind it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from storage.plaintext import Plaintext

NO_SUCH_TEXT: Final = "20404"
"""The code for a text that the carrier does not have (any more)."""


class Direction(StrEnum):
    """As the desk sees it."""

    IN = "in"
    OUT = "out"


class CarrierStatus(StrEnum):
    """Where the carrier says a text stands, in our words."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One reply as it is handed over. `status_callback` is empty where nobody listens."""

    reply_id: str
    to: str = field(repr=False)
    body: Plaintext
    status_callback: str = ""


@dataclass(frozen=True, slots=True)
class ProviderReceipt:
    """The carrier took it, under this id."""

    provider_id: str
    status: CarrierStatus


@dataclass(frozen=True, slots=True)
class CarrierText:
    """One text in the carrier's own list."""

    provider_id: str
    direction: Direction
    sender: str = field(repr=False)
    to: str = field(repr=False)
    body: Plaintext
    status: CarrierStatus
    created_at: int
    error_code: str = ""


class SmsGateway(Protocol):
    """Hands texts to a carrier and reads the carrier's list. Called inside a crossing, never inside a transaction."""

    def send(self, text: OutgoingText) -> ProviderReceipt:
        """Hand one text over, once. Raises TransientError, PermanentError, or UnknownOutcomeError."""

    def fetch(self, provider_id: str) -> CarrierText:
        """One text as the carrier has it. Raises TransientError or PermanentError."""

    def list_texts(
        self, direction: Direction, *, since: int, until: int | None = None, other: str | None = None
    ) -> tuple[CarrierText, ...]:
        """The texts in that direction created from `since` on, of one other party where given, newest first.

        All pages, or an error: never a part that looks like the whole. Raises TransientError or PermanentError.
        """

    def redact(self, provider_id: str) -> None:
        """Have the carrier forget the words and pictures of one text. Asking twice does no harm.

        Raises TransientError, or PermanentError: with NO_SUCH_TEXT where the carrier has none by that name.
        """
