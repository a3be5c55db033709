"""Drafts: one a message, decided once, by one person."""

import pytest

from storage.drafts import Draft, DraftDecidedError, DraftId, DraftState
from storage.errors import MissingError
from storage.ids import new_id
from storage.plaintext import Plaintext
from storage.vault import Transaction, Vault
from tests import desks
from tests.at_once import at_once


def a_draft(tx: Transaction, vault: Vault, *, at: int = desks.NOW) -> Draft:
    person = desks.a_person(tx, vault).id
    message = desks.a_message(tx, person).id
    return tx.drafts.add(person, message, new_id(), Plaintext("Shall we say nine?"), reason="model", at=at)


def test_a_second_draft_for_a_message_is_the_first_one(store: Vault) -> None:
    with store.transaction() as tx:
        first = a_draft(tx, store)

        second = tx.drafts.add(first.person, first.message, new_id(), Plaintext("Or ten?"), reason="model", at=1)

        assert second == first
        assert tx.drafts.open_count() == 1


def test_of_twenty_people_who_decide_at_once_one_does(store: Vault) -> None:
    with store.transaction() as tx:
        draft = a_draft(tx, store)

    def decide(number: int) -> str:
        state = (DraftState.SENT, DraftState.EDITED, DraftState.DISCARDED)[number % 3]
        with store.transaction() as tx:
            reply = desks.a_reply(tx, draft.person, approved_by=f"member-{number}", approved_at=desks.NOW)
            tx.drafts.decide(draft.id, state, version=1, by=f"member-{number}", at=desks.NOW, reply=reply.id)
        return state

    results = at_once(20, decide)

    states = [one for one in results if isinstance(one, str)]
    assert len(states) == 1
    assert all(isinstance(one, DraftDecidedError) for one in results if not isinstance(one, str))
    with store.look() as tx:
        assert tx.drafts.get(draft.id).state == states[0]
        # The replies of those who lost went with their transactions.
        assert tx.replies.count() == 1


def test_a_decision_about_another_version_is_refused(store: Vault) -> None:
    with store.transaction() as tx:
        draft = a_draft(tx, store)

        with pytest.raises(DraftDecidedError):
            tx.drafts.decide(draft.id, DraftState.SENT, version=2, by="owner", at=desks.NOW)

        assert tx.drafts.get(draft.id).state is DraftState.OPEN


def test_what_was_decided_stays_on_the_draft(store: Vault) -> None:
    with store.transaction() as tx:
        draft = a_draft(tx, store)
        reply = desks.a_reply(tx, draft.person, approved_by="owner", approved_at=desks.NOW)

        tx.drafts.decide(draft.id, DraftState.EDITED, version=1, by="owner", at=desks.NOW + 5, reply=reply.id)

        found = tx.drafts.get(draft.id)
        assert (found.state, found.decided_by, found.decided_at, found.reply) == (
            DraftState.EDITED,
            "owner",
            desks.NOW + 5,
            reply.id,
        )
        assert tx.drafts.open_count(draft.person) == 0


def test_drafts_of_a_thread_come_oldest_first(store: Vault) -> None:
    with store.transaction() as tx:
        made = [a_draft(tx, store, at=desks.NOW + n) for n in range(4)]
        person = made[0].person

        assert tx.drafts.thread(person) == made
        assert tx.drafts.thread(person, limit=2) == made[2:]
        assert list(tx.drafts.all_of(person)) == made
        assert tx.drafts.of_message(made[1].message) == made[1]


def test_a_draft_that_is_not_there_is_named_by_id(store: Vault) -> None:
    with store.look() as tx, pytest.raises(MissingError, match="f" * 32):
        tx.drafts.get(DraftId("f" * 32))
