"""A carrier in memory, behind the desk's own port: it keeps what it was handed, and a list of it."""

from dataclasses import dataclass, field, replace

from appliance.errors import PermanentError
from appliance.gateways.clock import Clock
from appliance.gateways.sms import CarrierStatus, CarrierText, Direction, OutgoingText, ProviderReceipt
from storage.ids import new_id
from storage.plaintext import Plaintext
from tests.standins.signed import NUMBER


@dataclass
class PhoneCompany:
    """An `SmsGateway`. `texts` is its list, oldest first."""

    clock: Clock
    texts: list[CarrierText] = field(default_factory=list)

    def send(self, text: OutgoingText) -> ProviderReceipt:
        made = self.add(f"SM{new_id()}", text.to, text.body.text, at=self.clock.now())
        return ProviderReceipt(made.provider_id, CarrierStatus.QUEUED)

    def add(self, provider_id: str, to: str, body: str, *, at: int) -> CarrierText:
        """A text that the desk had sent."""
        made = CarrierText(provider_id, Direction.OUT, NUMBER, to, Plaintext(body), CarrierStatus.SENT, at)
        self.texts.append(made)
        return made

    def came(self, provider_id: str, sender: str, body: str, *, at: int) -> None:
        """A text that a customer sent."""
        self.texts.append(
            CarrierText(provider_id, Direction.IN, sender, NUMBER, Plaintext(body), CarrierStatus.RECEIVED, at)
        )

    def fetch(self, provider_id: str) -> CarrierText:
        for text in self.texts:
            if text.provider_id == provider_id:
                return text
        raise PermanentError("20404")

    def redact(self, provider_id: str) -> None:
        self.texts[self.texts.index(self.fetch(provider_id))] = replace(self.fetch(provider_id), body=Plaintext(""))

    def list_texts(
        self, direction: Direction, *, since: int, until: int | None = None, other: str | None = None
    ) -> tuple[CarrierText, ...]:
        found = [
            text
            for text in self.texts
            if text.direction is direction
            and since <= text.created_at
            and (until is None or text.created_at <= until)
            and other in {None, text.to if direction is Direction.OUT else text.sender}
        ]
        return tuple(reversed(found))
