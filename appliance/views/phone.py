"""The built-in test phone: the customer's side of a conversation."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SampleCaller:
    """A made-up customer. `key` stands for the number in addresses, so that no number is in a URL."""

    key: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text on the phone's screen. `state` is empty, or words such as "Sending…", as a phone would show them."""

    at: int
    body: str = field(repr=False)
    mine: bool = True
    state: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """The phone in one caller's hand. `person_id` is set once the desk knows that number."""

    callers: tuple[SampleCaller, ...]
    caller: SampleCaller
    desk_number: str
    bubbles: tuple[Bubble, ...]
    person_id: str | None = None
