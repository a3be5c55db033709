"""The inbox: what needs somebody first, then what was answered, then what is quiet."""

from collections.abc import Sequence
from typing import Final

from appliance.gateways.clock import Clock
from appliance.views.inbox import Ending, Inbox, InboxRow, Need
from appliance.views.people import Reader, Who
from storage.people import Attention, Person, Rest
from storage.reading import Opened, Reading, Shown
from storage.vault import Transaction, Vault

MOST_WAITING: Final = 200
NEWEST: Final = 30
ANSWERED: Final = (Rest.WORKING, Rest.ANSWERED)
QUIET: Final = (Rest.REPLIED, Rest.STOPPED, Rest.JUNK, Rest.SET_ASIDE)

NEEDS: Final = {
    Attention.LIFE: Need.LIFE,
    Attention.URGENT: Need.URGENT,
    Attention.UNSENT: Need.UNSENT,
    Attention.DRAFT: Need.DRAFT,
    Attention.ASKED: Need.ASKED,
    Attention.SOON: Need.SOON,
}


def inbox(reader: Reader, *, vault: Vault, clock: Clock) -> Inbox:
    """The three lists. One act of reading: names, numbers' ends and redacted lines are opened for it."""
    with vault.reading() as tx:
        groups = (
            tx.people.waiting(limit=MOST_WAITING),
            tx.people.resting(ANSWERED, limit=NEWEST),
            tx.people.resting(QUIET, limit=NEWEST),
        )
        shown = _opened(tx, [person for group in groups for person in group], reader, clock.now())
        needs_me, answered, quiet = (tuple(shown[person.id] for person in group) for group in groups)
        return Inbox(
            needs_me=needs_me,
            answered=answered,
            quiet=quiet,
            answered_total=tx.people.count_resting(ANSWERED),
            quiet_total=tx.people.count_resting(QUIET),
        )


def who(person: Person, words: Opened) -> Who:
    """A person as lists show them."""
    if person.rest is Rest.ERASED:
        return Who(name="Somebody deleted", last_two="")
    return Who(name="" if person.name is None else words[person.name].text, last_two=words[person.number].text[-2:])


def _opened(tx: Transaction, people: Sequence[Person], reader: Reader, at: int) -> dict[str, InboxRow]:
    sealed = [one for person in people for one in (person.number, person.name, person.preview) if one is not None]
    words = tx.readings.open(Reading(reader.name, Shown.INBOX, at), sealed)
    return {person.id: _row(person, words) for person in people}


def _row(person: Person, words: Opened) -> InboxRow:
    return InboxRow(
        person_id=person.id,
        who=who(person, words),
        at=person.last_at,
        line="" if person.preview is None else words[person.preview].text,
        texts=person.texts,
        need=NEEDS.get(person.attention),
        ending=None if person.attention else Ending(person.rest.value),
        late=person.late,
        health=person.health,
    )
