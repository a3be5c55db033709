"""Forgetting a person in the tables: every word sealed for them, and every mark by which they could be found.

What stays is what tells nothing of them: random ids, times, states and counts. Done twice is done once.
"""

from storage.erasures import Destroyed, Erasure
from storage.people import PersonId
from storage.vault import Transaction


def forget_person(tx: Transaction, erasure: Erasure, *, at: int) -> Destroyed:
    """Empty all that is stored about the person and put the carrier's names of their texts on its list of debts."""
    person = tx.people.get(erasure.person)
    counts = Destroyed(
        messages=tx.messages.count_of(person.id),
        replies=tx.replies.count_of(person.id),
        drafts=tx.drafts.count_of(person.id),
        departures=tx.ledger.count_of(person.id),
        stop_kept=tx.suppressions.of(person.number_index) is not None,
    )
    drop_jobs(tx, person.id)
    tx.replies.withhold(person.id, at=at)
    tx.redactions.add(erasure.id, [*tx.messages.forget(person.id, at=at), *tx.replies.forget(person.id, at=at)])
    tx.drafts.forget(person.id, at=at)
    tx.runs.forget(person.id)
    tx.ledger.forget(person.id)
    tx.placeholders.forget(person.id)
    tx.reasons.erase_of(person.id)
    tx.people.forget(person.id)
    return counts


def drop_jobs(tx: Transaction, person: PersonId) -> None:
    """Nothing is to be done about their texts any more."""
    tx.jobs.drop([*(one.id for one in tx.messages.all_of(person)), *(one.id for one in tx.replies.all_of(person))])
