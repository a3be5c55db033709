"""A case: all that one run reads of a thread, opened in one act of reading, and redacted before anybody is asked."""

from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from appliance.answering.prompt import PromptTurn, Role
from appliance.redaction.placeholders import PlaceholderMap, redact
from appliance.redaction.redactor import Finder
from appliance.redaction.values import Label
from appliance.redaction.wire import KnownIdentifiers
from storage.messages import Message
from storage.people import Person
from storage.plaintext import Plaintext
from storage.reading import Opened, Reading, Shown
from storage.replies import ReplyKind, SentReply
from storage.seals import Sealed
from storage.vault import Transaction

MOST_TURNS: Final = 24
READER: Final = "desk"
_PREVIEW: Final = 80


@dataclass(frozen=True, slots=True)
class Turn:
    """One message or reply in the clear, before redaction."""

    role: Role
    at: int
    words: Plaintext


@dataclass(frozen=True, slots=True)
class Case:
    """One message with its thread. `holding_at` is when this thread last got the holding reply."""

    message: Message
    person: Person
    number: Plaintext
    name: Plaintext | None
    turns: tuple[Turn, ...]
    known: PlaceholderMap
    holding_at: int | None
    suppressed: bool

    def identifiers(self, known: PlaceholderMap) -> KnownIdentifiers:
        """What must not stand in a prompt about this person."""
        originals = {placeholder.original for placeholder in known.known if placeholder.label is not Label.HEALTH}
        name = {self.name.text} if self.name is not None else set()
        return KnownIdentifiers(frozenset({self.number.text} | name | originals))


@dataclass(frozen=True, slots=True)
class Redacted:
    """The thread as it may be shown, the longer map, and how many details are hidden in the message itself."""

    turns: tuple[PromptTurn, ...]
    known: PlaceholderMap
    hidden: int
    preview: Plaintext = field(repr=False)


def read_case(tx: Transaction, message: Message, *, at: int) -> Case:
    """Open the newest of the thread. The leaf is written in this transaction."""
    person = tx.people.get(message.person)
    messages = [one for one in tx.messages.thread(person.id, limit=MOST_TURNS) if one.body_removed_at is None]
    replies = [one for one in tx.replies.thread(person.id, limit=MOST_TURNS) if one.body_removed_at is None]
    shut = tx.placeholders.of(person.id)
    opened = tx.readings.open(Reading(READER, Shown.ANSWERING, at), _sealed(person, messages, replies, shut))
    return Case(
        message=message,
        person=person,
        number=opened[person.number],
        name=None if person.name is None else opened[person.name],
        turns=_turns(messages, replies, message, opened),
        known=PlaceholderMap() if shut is None else PlaceholderMap.from_json(opened[shut].text),
        holding_at=tx.replies.last_of(person.id, ReplyKind.HOLDING),
        suppressed=tx.suppressions.of(person.number_index) is not None,
    )


def redact_case(case: Case, redactor: Finder, *, now: int, zone: tzinfo) -> Redacted:
    """Redact every turn with the thread's own placeholders. Raises RedactionError."""
    known, turns, hidden, last = case.known, [], 0, ""
    for turn in case.turns:
        spans = redactor.find(turn.words.text)
        words, known = redact(turn.words.text, spans, known, labels=Label, now=turn.at or now, zone=zone)
        turns.append(PromptTurn(turn.role, words))
        hidden, last = len(spans), words.text
    return Redacted(tuple(turns), known, hidden, Plaintext(_cut(last)))


def shown_words(turns: tuple[PromptTurn, ...]) -> Plaintext:
    """The redacted thread as the page shows it."""
    return Plaintext("\n".join(f"{turn.role.value}: {turn.words.text}" for turn in turns))


def _sealed(person: Person, messages: list[Message], replies: list[SentReply], shut: Sealed | None) -> list[Sealed]:
    identity = [person.number, person.name, shut]
    return [
        *(one for one in identity if one is not None),
        *(message.body for message in messages),
        *(reply.body for reply in replies),
    ]


def _turns(messages: list[Message], replies: list[SentReply], asked: Message, opened: Opened) -> tuple[Turn, ...]:
    """Oldest first, ending with the message that is asked about: what came after it has runs of its own."""
    before = [message for message in messages if (message.received_at, message.arrival) < _place(asked)]
    turns = [
        *(Turn(Role.CUSTOMER, message.received_at, opened[message.body]) for message in before),
        *(Turn(Role.DESK, reply.created_at, opened[reply.body]) for reply in replies),
    ]
    turns.sort(key=lambda turn: turn.at)
    own = next((opened[message.body] for message in messages if message.id == asked.id), None)
    # A thread so busy that the message itself fell out of the newest ones is read up to its newest words.
    last = [] if own is None else [Turn(Role.CUSTOMER, asked.received_at, own)]
    return (*turns[-MOST_TURNS + 1 :], *last)


def _place(message: Message) -> tuple[int, int]:
    return message.received_at, message.arrival


def _cut(words: str) -> str:
    line = " ".join(words.split())
    if len(line) <= _PREVIEW:
        return line
    line = line[: _PREVIEW - 1]
    if line.rfind("[") > line.rfind("]"):  # half a placeholder tells nothing
        line = line[: line.rfind("[")]
    return line.rstrip() + "…"
