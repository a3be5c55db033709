"""The built-in test phone: the customer's side of a conversation, over the same way in as a real carrier's text."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from appliance.gateways.clock import Clock
from appliance.intake.signature import sign
from appliance.line import Line
from appliance.settings.values import CarrierKind, Settings
from appliance.views.people import Reader
from appliance.views.phone import Bubble, Phone, SampleCaller
from appliance.views.refusals import NotAcceptable, NotPossible
from storage.messages import Message
from storage.people import PersonId
from storage.reading import Opened, Reading, Shown
from storage.replies import ReplyState, SentReply
from storage.vault import Transaction, Vault

CALLERS: Final = (
    SampleCaller("dana", "Dana Reyes", "+15125550123"),
    SampleCaller("marcus", "Marcus Webb", "+15125550134"),
    SampleCaller("lucia", "Lucía Ortega", "+15125550145"),
    SampleCaller("pat", "Pat Nguyen", "+15125550156"),
)
LONGEST: Final = 1600
_NEWEST: Final = 60

_ON_THE_SCREEN: Final = {ReplyState.SENT, ReplyState.DELIVERED}


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """What a text from the test phone needs on its way to the door."""

    line: Line
    settings: Settings
    hook: str
    token: Callable[[], str] = field(repr=False)


def phone(reader: Reader, caller: str | None, *, vault: Vault, settings: Settings, clock: Clock) -> Phone:
    """The phone in one sample caller's hand. Raises NotPossible where a real carrier is set."""
    _must_be_test_phone(settings)
    held = _caller(caller)
    with vault.reading() as tx:
        person = tx.people.find(vault.number_index(held.number))
        bubbles = () if person is None else _bubbles(tx, person.id, reader, clock.now())
    return Phone(
        callers=CALLERS,
        caller=held,
        desk_number=settings.carrier.number,
        bubbles=bubbles,
        person_id=None if person is None else person.id,
    )


def number_of(caller: str) -> str:
    """The number of a sample caller, by key."""
    return _caller(caller).number


def phone_send(number: str, body: str, *, phone_line: PhoneLine) -> str:
    """Sign a text as a carrier would and post it to the door; its id. Raises NotPossible, NotAcceptable."""
    _must_be_test_phone(phone_line.settings)
    if not body.strip() or len(body) > LONGEST:
        raise NotAcceptable(f"A text has 1 to {LONGEST} characters.", field="body")
    carrier = phone_line.settings.carrier
    provider_id = "SM" + secrets.token_hex(16)
    fields = {
        "AccountSid": carrier.account_sid,
        "Body": body,
        "From": number,
        "MessageSid": provider_id,
        "NumMedia": "0",
        "SmsMessageSid": provider_id,
        "SmsSid": provider_id,
        "To": carrier.number,
    }
    phone_line.line.hand_in(fields, sign(phone_line.token(), phone_line.hook, tuple(fields.items())))
    return provider_id


def _must_be_test_phone(settings: Settings) -> None:
    if settings.carrier.kind is not CarrierKind.TEST_PHONE:
        raise NotPossible("This desk has a real carrier, so there is no test phone.", remedy="Text it from a phone.")


def _caller(key: str | None) -> SampleCaller:
    known = {caller.key: caller for caller in CALLERS}
    if key is not None and key not in known:
        raise NotAcceptable("There is no such caller.", field="caller")
    return CALLERS[0] if key is None else known[key]


def _bubbles(tx: Transaction, person: PersonId, reader: Reader, at: int) -> tuple[Bubble, ...]:
    messages = [one for one in tx.messages.thread(person, limit=_NEWEST) if one.body_removed_at is None]
    replies = [
        reply
        for reply in tx.replies.thread(person, limit=_NEWEST)
        if reply.state in _ON_THE_SCREEN and reply.body_removed_at is None
    ]
    # The phone shows what the customer wrote, whole: it stands for their own phone, not for the desk.
    sealed = [*(message.original or message.body for message in messages), *(reply.body for reply in replies)]
    words = tx.readings.open(Reading(reader.name, Shown.PHONE, at), sealed)
    bubbles = [*(_mine(message, words) for message in messages), *(_theirs(reply, words) for reply in replies)]
    return tuple(sorted(bubbles, key=lambda bubble: bubble.at))


def _mine(message: Message, words: Opened) -> Bubble:
    body = words[message.original or message.body].text
    return Bubble(at=message.received_at, body=body, mine=True, state="Delivered")


def _theirs(reply: SentReply, words: Opened) -> Bubble:
    return Bubble(at=reply.state_at, body=words[reply.body].text, mine=False)
