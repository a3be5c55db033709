"""The built-in test phone: a carrier inside the building. It takes every text and has it delivered at once."""

from typing import Protocol

from appliance.errors import PermanentError
from appliance.gateways.clock import Clock
from appliance.gateways.sms import NO_SUCH_TEXT, CarrierStatus, CarrierText, Direction, OutgoingText, ProviderReceipt


class Deliveries(Protocol):
    """Where the phone keeps what it got."""

    def keep(self, text: CarrierText) -> None:
        """Add it; a text with an id that is there already changes nothing."""

    def kept(self) -> tuple[CarrierText, ...]:
        """All of it, oldest first."""

    def drop(self, provider_id: str) -> bool:
        """Forget it. Whether it was there."""


class InMemory:
    """Deliveries of a throw-away desk."""

    def __init__(self) -> None:
        self._texts: dict[str, CarrierText] = {}

    def keep(self, text: CarrierText) -> None:
        self._texts.setdefault(text.provider_id, text)

    def kept(self) -> tuple[CarrierText, ...]:
        return tuple(self._texts.values())

    def drop(self, provider_id: str) -> bool:
        return self._texts.pop(provider_id, None) is not None


class TestPhone:
    """An SmsGateway that reaches no network. The same reply is the same delivery, however often it is handed over."""

    __test__ = False  # its name is the product's, not pytest's

    def __init__(self, *, number: str, deliveries: Deliveries, clock: Clock) -> None:
        self._number = number
        self._deliveries = deliveries
        self._clock = clock

    def send(self, text: OutgoingText) -> ProviderReceipt:
        provider_id = f"TP{text.reply_id}"
        self._deliveries.keep(
            CarrierText(
                provider_id=provider_id,
                direction=Direction.OUT,
                sender=self._number,
                to=text.to,
                body=text.body,
                status=CarrierStatus.DELIVERED,
                created_at=self._clock.now(),
            )
        )
        return ProviderReceipt(provider_id, CarrierStatus.DELIVERED)

    def fetch(self, provider_id: str) -> CarrierText:
        for text in self._deliveries.kept():
            if text.provider_id == provider_id:
                return text
        raise PermanentError(NO_SUCH_TEXT, "the test phone has no such text")

    def redact(self, provider_id: str) -> None:
        if not self._deliveries.drop(provider_id):
            raise PermanentError(NO_SUCH_TEXT, "the test phone has no such text")

    def list_texts(
        self, direction: Direction, *, since: int, until: int | None = None, other: str | None = None
    ) -> tuple[CarrierText, ...]:
        """What it was sent. What its user wrote came in by the door and is in nobody's list."""
        return tuple(
            text
            for text in reversed(self._deliveries.kept())
            if text.direction is direction
            and since <= text.created_at < (until or text.created_at + 1)
            and other in {None, text.to}
        )
