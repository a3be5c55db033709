"""One person's conversation, put together from what is stored. Making it is one act of reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from appliance.gateways.clock import Clock
from appliance.staff.inbox import NEEDS, who
from appliance.staff.sentences import DELIVERIES, delivery_sentence, drafted_by, held_because, step_of
from appliance.views.inbox import Need
from appliance.views.people import Reader
from appliance.views.refusals import NotPossible
from appliance.views.thread import DraftShown, MessageShown, Outside, ReplyShown, Revealed, Step, StepKind, Thread
from storage.answers import AnswerId
from storage.drafts import Draft, DraftState
from storage.errors import MissingError
from storage.ledger import LedgerEntry
from storage.messages import Message, MessageId
from storage.people import Person, PersonId, Rest
from storage.reading import Opened, Reading, Shown
from storage.replies import ReplyId, ReplyKind, SentReply
from storage.runs import Run
from storage.seals import Sealed
from storage.vault import Transaction, Vault

NEWEST: Final = 100
OPTED_OUT: Final = "This person asked for no more texts, so nothing can be sent to them."
_URGENCY: Final = {"life": Need.LIFE, "urgent": Need.URGENT, "soon": Need.SOON}


@dataclass(frozen=True, slots=True)
class _Rows:
    """All rows of one thread, shut."""

    person: Person
    messages: Sequence[Message]
    replies: Sequence[SentReply]
    drafts: Sequence[Draft]
    runs: Sequence[Run]
    later: bool = False

    def sealed(self) -> list[Sealed]:
        bodies = [
            *(message.body for message in self.messages),
            *(reply.body for reply in self.replies),
            *(draft.body for draft in self.drafts),
        ]
        other = [self.person.number, self.person.name, *(run.prompt for run in self.runs)]
        return bodies + [one for one in other if one is not None]


def thread(reader: Reader, person_id: str, text_id: str = "", *, vault: Vault, clock: Clock) -> Thread:
    """The newest of a thread, or what came up to that text where it is older than those. Raises MissingError."""
    with vault.reading() as tx:
        rows = _rows(tx, PersonId(person_id), text_id)
        words = tx.readings.open(Reading(reader.name, Shown.THREAD, clock.now()), rows.sealed())
        return _thread(tx, rows, words)


def reveal(reader: Reader, message_id: str, reason: str, *, vault: Vault, clock: Clock) -> Revealed:
    """The original of a message from which health details were taken. Raises MissingError."""
    at = clock.now()
    with vault.reading() as tx:
        message = tx.messages.get(MessageId(message_id))
        if message.original is None:
            raise MissingError(f"nothing was taken out of message {message_id}")
        person = _shown(tx.people.get(message.person))
        sealed = [one for one in (message.original, person.number, person.name) if one is not None]
        words = tx.readings.open(Reading(reader.name, Shown.ORIGINAL, at, reason=reason), sealed)
        return Revealed(
            message_id=message.id,
            person_id=person.id,
            who=who(person, words),
            at=message.received_at,
            original=words[message.original].text,
            reason=reason,
            leaf=tx.audit.count() - 1,
        )


def _shown(person: Person) -> Person:
    if person.rest is Rest.ERASED:
        raise NotPossible("This person was deleted for good.", remedy="Look at the page 'Deleting people'.")
    if person.gone:
        raise NotPossible(
            "This person was deleted and is out of sight.", remedy="Undo it on the page 'Deleting people'."
        )
    return person


def _rows(tx: Transaction, person: PersonId, text_id: str) -> _Rows:
    rows = _Rows(
        person=_shown(tx.people.get(person)),
        messages=tx.messages.thread(person, limit=NEWEST),
        replies=tx.replies.thread(person, limit=NEWEST),
        drafts=tx.drafts.thread(person, limit=NEWEST),
        runs=tx.runs.thread(person, limit=NEWEST),
    )
    if not text_id or text_id in {*(one.id for one in rows.messages), *(one.id for one in rows.replies)}:
        return rows
    until = _moment_of(tx, person, text_id)
    return replace(
        rows,
        messages=tx.messages.thread(person, limit=NEWEST, before=until),
        replies=tx.replies.thread(person, limit=NEWEST, before=until),
        later=True,
    )


def _moment_of(tx: Transaction, person: PersonId, text_id: str) -> int:
    """When a text of that thread came or was decided. Raises MissingError."""
    try:
        message = tx.messages.get(MessageId(text_id))
        owner, at = message.person, message.received_at
    except MissingError:
        reply = tx.replies.get(ReplyId(text_id))
        owner, at = reply.person, reply.created_at
    if owner != person:
        raise MissingError(f"there is no text {text_id} in this thread")
    return at


def _thread(tx: Transaction, rows: _Rows, words: Opened) -> Thread:
    person = rows.person
    runs = {run.message: run for run in rows.runs}
    decided = {draft.reply: draft for draft in rows.drafts if draft.reply is not None}
    items: list[MessageShown | ReplyShown] = [
        *(_message(tx, message, runs.get(message.id), words) for message in rows.messages),
        *(_reply(tx, reply, decided.get(reply.id), words) for reply in rows.replies),
    ]
    return Thread(
        person_id=person.id,
        who=who(person, words),
        number=words[person.number].text,
        items=tuple(sorted(items, key=lambda item: item.at)),
        drafts=tuple(
            _draft(draft, runs.get(MessageId(draft.message)), words)
            for draft in rows.drafts
            if draft.state is DraftState.OPEN
        ),
        need=NEEDS.get(person.attention),
        done=not person.attention and person.rest is Rest.SET_ASIDE,
        no_reply_because=OPTED_OUT if tx.suppressions.of(person.number_index) is not None else "",
        earlier=0 if rows.later else max(0, person.texts - len(rows.messages)),
        later=rows.later,
    )


def _message(tx: Transaction, message: Message, run: Run | None, words: Opened) -> MessageShown:
    return MessageShown(
        message_id=message.id,
        at=message.received_at,
        body=words[message.body].text,
        health=message.original is not None,
        need=_URGENCY.get(message.emergency or ""),
        late=message.late,
        removed_at=message.body_removed_at,
        archived=message.archive is not None,
        steps=(Step(StepKind.SEALED, message.imported_at), *(step_of(step) for step in (run.steps if run else ()))),
        outside=None if run is None else _outside(run, tx.ledger.of_run(run.id), words),
    )


def _outside(run: Run, left: Sequence[LedgerEntry], words: Opened) -> Outside | None:
    if run.prompt is None:
        return None
    prompts = [entry for entry in left if entry.purpose == "model" and entry.outcome != "refused"]
    return Outside(
        destination=prompts[-1].host if prompts else "",
        text=words[run.prompt].text,
        crossing_id=prompts[-1].id if prompts else None,
    )


def _reply(tx: Transaction, reply: SentReply, draft: Draft | None, words: Opened) -> ReplyShown:
    body = words[reply.body].text
    proposed = None if draft is None or draft.body.removed else words[draft.body].text
    answer = None if reply.answer is None else tx.answers.get(AnswerId(reply.answer))
    return ReplyShown(
        reply_id=reply.id,
        at=reply.created_at,
        body=body,
        delivery=DELIVERIES[reply.state],
        delivery_sentence=delivery_sentence(reply.state, reply.error_code),
        unattended=reply.kind is not ReplyKind.STAFF,
        answer="" if answer is None else answer.title,
        answer_id=reply.answer,
        approved_by=reply.approved_by or (answer.approved_by or "" if answer is not None else ""),
        approved_at=reply.approved_at or (answer.approved_at if answer is not None else None),
        removed_at=reply.body_removed_at,
        archived=reply.archive is not None,
        proposed=proposed if proposed != body else None,
    )


def _draft(draft: Draft, run: Run | None, words: Opened) -> DraftShown:
    return DraftShown(
        draft_id=draft.id,
        version=draft.version,
        at=draft.created_at,
        body=words[draft.body].text,
        made_by="" if run is None else drafted_by(run.drafter),
        why=held_because(draft.reason),
        removed_at=draft.body_removed_at,
    )
