"""What staff decide: a draft is sent as it is or changed, or discarded; a reply is written; a thread is done."""

from appliance.gateways.clock import Clock
from appliance.views.people import Reader
from appliance.views.refusals import NotAcceptable, NotPossible, OutOfDate
from storage.audit.leaf import Action
from storage.drafts import Draft, DraftDecidedError, DraftId, DraftState
from storage.jobs import JobKind
from storage.messages import MessageId, MessageState
from storage.people import Attention, Person, PersonId, Rest
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.replies import NewReply, ReplyKind, SentReply
from storage.vault import Transaction, Vault

LONGEST = 1600
"""Characters; the carrier refuses longer ones (Twilio error 21617)."""


def send_draft(reader: Reader, draft_id: str, text: str, version: int, *, vault: Vault, clock: Clock) -> None:
    """Approve a draft, as it is or edited, and queue it. Raises OutOfDate, NotPossible, NotAcceptable."""
    body, at = _acceptable(text), clock.now()
    with vault.transaction() as tx:
        draft = tx.drafts.get(DraftId(draft_id))
        proposed = tx.readings.one(Reading(reader.name, Shown.THREAD, at), draft.body)
        reply = _queue(tx, vault, reader, tx.people.get(draft.person), body, at=at, draft=draft)
        edited = proposed.text != body.text
        _decide(tx, draft, DraftState.EDITED if edited else DraftState.SENT, version, reader, at=at, reply=reply.id)
        tx.messages.settle(MessageId(draft.message), MessageState.ANSWERED)
        tx.audit.append(
            Action.APPROVED, reply.id, actor=reader.name, at=at, detail={"draft": draft.id, "edited": edited}
        )
        _calm(tx, draft.person, Rest.REPLIED, at=at)


def discard_draft(reader: Reader, draft_id: str, version: int, *, vault: Vault, clock: Clock) -> None:
    """Throw a draft away. Raises OutOfDate."""
    at = clock.now()
    with vault.transaction() as tx:
        draft = tx.drafts.get(DraftId(draft_id))
        _decide(tx, draft, DraftState.DISCARDED, version, reader, at=at)
        tx.messages.settle(MessageId(draft.message), MessageState.DONE)
        tx.audit.append(Action.DISCARDED, draft.id, actor=reader.name, at=at)
        _calm(tx, draft.person, Rest.SET_ASIDE, at=at)


def write_reply(reader: Reader, person_id: str, text: str, *, vault: Vault, clock: Clock) -> None:
    """Queue a reply that a person wrote; their open drafts stay. Raises NotPossible, NotAcceptable, MissingError."""
    body, at = _acceptable(text), clock.now()
    with vault.transaction() as tx:
        person = tx.people.get(PersonId(person_id))
        reply = _queue(tx, vault, reader, person, body, at=at)
        tx.audit.append(Action.APPROVED, reply.id, actor=reader.name, at=at, detail={"written": True})
        tx.messages.settle_thread(person.id)
        _calm(tx, person.id, Rest.REPLIED, at=at)


def done(reader: Reader, person_id: str, *, vault: Vault, clock: Clock) -> None:
    """Nothing more to do in this thread until they write again. Open drafts are discarded."""
    at = clock.now()
    with vault.transaction() as tx:
        person = tx.people.get(PersonId(person_id))
        for draft in tx.drafts.thread(person.id):
            if draft.state is DraftState.OPEN:
                _decide(tx, draft, DraftState.DISCARDED, draft.version, reader, at=at)
        tx.messages.settle_thread(person.id)
        tx.people.settle(person.id, Attention.NONE, Rest.SET_ASIDE)
        tx.alerts.seen_about(person.id, at=at)
        tx.audit.append(Action.DONE, person.id, actor=reader.name, at=at)


def _acceptable(text: str) -> Plaintext:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise NotAcceptable("There is nothing to send yet.", field="text", remedy="Write a reply first.")
    if len(words) > LONGEST:
        raise NotAcceptable(
            f"A text can have at most {LONGEST} characters.", field="text", remedy="Shorten it, or send it in two."
        )
    if "\0" in words:
        raise NotAcceptable("This text holds a character that no phone can show.", field="text")
    return Plaintext(words)


def _queue(
    tx: Transaction,
    vault: Vault,
    reader: Reader,
    person: Person,
    body: Plaintext,
    *,
    at: int,
    draft: Draft | None = None,
) -> SentReply:
    if person.gone:
        raise NotPossible("This person was deleted.", remedy="Look at the page 'Deleting people'.")
    if tx.suppressions.of(person.number_index) is not None:
        raise NotPossible("This person asked for no more texts.", remedy="Call them, or wait until they text START.")
    reply = tx.replies.add(
        NewReply(
            person=person.id,
            kind=ReplyKind.STAFF,
            body=body,
            body_digest=vault.digest(body),
            created_at=at,
            message=None if draft is None else draft.message,
            run=None if draft is None else draft.run,
            draft=None if draft is None else draft.id,
            approved_by=reader.name,
            approved_at=at,
        )
    )
    if reply is None:
        raise OutOfDate("A reply to this text has already been queued.", remedy="Look at the thread again.")
    tx.jobs.add(JobKind.SEND, reply.id, due=at, at=at)
    return reply


def _decide(
    tx: Transaction,
    draft: Draft,
    state: DraftState,
    version: int,
    reader: Reader,
    *,
    at: int,
    reply: str | None = None,
) -> None:
    try:
        tx.drafts.decide(draft.id, state, version=version, by=reader.name, at=at, reply=reply)
    except DraftDecidedError:
        raise OutOfDate(
            "Somebody has already decided about this draft.", remedy="The thread shows what was sent."
        ) from None


def _calm(tx: Transaction, person: PersonId, rest: Rest, *, at: int) -> None:
    """The thread needs nobody once its last draft is decided."""
    if tx.drafts.open_count(person) == 0:
        tx.people.settle(person, Attention.NONE, rest)
        tx.alerts.seen_about(person, at=at)
