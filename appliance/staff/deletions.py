"""Deleting people: the pages' verbs, in front of the eraser."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from appliance.keeping.closing import Closing
from appliance.keeping.deletion import NEWEST, Deletion
from appliance.keeping.erasing import UNDO_DAYS
from appliance.keeping.listing import Listed, Verdict, read_list
from appliance.staff.inbox import who
from appliance.views.closing import ClosingShown
from appliance.views.deletions import Deleted, DeletionRow, Deletions, ListRow, ListShown, ToDelete
from appliance.views.people import Reader
from appliance.views.refusals import NotAcceptable, NotPossible
from storage.erasures import Erasure, ErasureState
from storage.people import Person, PersonId
from storage.reading import Opened, Reading, Shown
from storage.redactions import CarrierAnswer
from storage.seals import Sealed
from storage.vault import Transaction

MOST_LINES: Final = 2000
_VERDICTS: Final = {
    Verdict.FOUND: "Found.",
    Verdict.WAITING: "Deleted already; it can still be undone.",
    Verdict.NOT_FOUND: "Nobody with that number ever wrote.",
    Verdict.DOUBLED: "On the list already.",
    Verdict.REFUSED: "This is no telephone number.",
}
_CARRIER: Final[tuple[tuple[CarrierAnswer | None, str], ...]] = (
    (CarrierAnswer.REDACTED, "deleted by the carrier"),
    (CarrierAnswer.GONE, "the carrier did not have"),
    (CarrierAnswer.REFUSED, "the carrier would not delete"),
    (CarrierAnswer.SILENT, "the carrier never answered for"),
    (None, "the carrier is still to delete"),
)


@dataclass(frozen=True, slots=True)
class Deleting:
    """What pages ask for, bound to the parts of an open desk."""

    deletion: Deletion
    closing: Closing

    def shown(self, reader: Reader) -> Deletions:
        return deletions(reader, deletion=self.deletion)

    def to_delete(self, reader: Reader, person_id: str) -> ToDelete:
        return to_delete(reader, person_id, deletion=self.deletion)

    def delete(self, reader: Reader, person_id: str, *, for_good: bool) -> None:
        delete(reader, person_id, for_good=for_good, deletion=self.deletion)

    def undo(self, reader: Reader, erasure_id: str) -> str:
        return self.deletion.undo(erasure_id, by=reader.name)

    def certificate(self, reader: Reader, erasure_id: str) -> str:  # noqa: ARG002 - every page's verb takes its reader
        return self.deletion.certificate(erasure_id)

    def look_up(self, reader: Reader, numbers: str) -> ListShown:  # noqa: ARG002
        return look_up(numbers, deletion=self.deletion)

    def delete_list(self, reader: Reader, numbers: str, *, for_good: bool) -> int:
        return delete_listed(reader, numbers, for_good=for_good, deletion=self.deletion)

    def closing_shown(self, reader: Reader) -> ClosingShown:  # noqa: ARG002
        return self.closing.shown()

    def close_desk(self, reader: Reader) -> None:
        self.closing.ask(by=reader.name)

    def reopen_desk(self, reader: Reader) -> None:
        self.closing.reopen(by=reader.name)

    def closing_certificate(self, reader: Reader) -> str:  # noqa: ARG002
        return self.closing.certificate()


def deletions(reader: Reader, *, deletion: Deletion) -> Deletions:
    """Every request. Those who can be brought back are named, so it is an act of reading."""
    at = deletion.clock.now()
    with deletion.vault.reading() as tx:
        asked = tx.erasures.newest(limit=NEWEST)
        people = {one.person: tx.people.get(one.person) for one in asked if _waits(one, at)}
        words = tx.readings.open(Reading(reader.name, Shown.INBOX, at), _sealed(people))
        rows = [_row(tx, one, people.get(one.person), words, at) for one in asked]
    return Deletions(
        waiting=tuple(row for row in rows if row.state in {Deleted.WAITING, Deleted.ERASING}),
        past=tuple(row for row in rows if row.state in {Deleted.ERASED, Deleted.UNDONE}),
    )


def to_delete(reader: Reader, person_id: str, *, deletion: Deletion) -> ToDelete:
    """Who is about to be deleted. Raises MissingError, NotPossible."""
    at = deletion.clock.now()
    with deletion.vault.reading() as tx:
        person = _here(tx.people.get(PersonId(person_id)))
        words = tx.readings.open(Reading(reader.name, Shown.THREAD, at), _sealed({person.id: person}))
        stopped = tx.suppressions.of(person.number_index) is not None
        return ToDelete(person.id, who(person, words), words[person.number].text, person.texts, stopped)


def delete(reader: Reader, person_id: str, *, for_good: bool, deletion: Deletion) -> None:
    """Delete one person. Raises MissingError, NotPossible."""
    person = _here(deletion.person(person_id))
    deletion.erase_people([person], 0 if for_good else UNDO_DAYS, by=reader.name)


def look_up(text: str, *, deletion: Deletion) -> ListShown:
    """What a list of numbers would delete. Raises NotAcceptable."""
    rows = read_list(text)
    if len(rows) > MOST_LINES:
        raise NotAcceptable(
            f"The list has {len(rows):,} lines.",
            field="numbers",
            remedy=f"Take {MOST_LINES:,} at a time here, or use: nightdesk person erase --csv FILE",
        )
    listed = deletion.look_up(rows)
    people = {person.id for one in listed for person in one.people}
    return ListShown(text, tuple(_listed(one) for one in listed), len(people))


def delete_listed(reader: Reader, text: str, *, for_good: bool, deletion: Deletion) -> int:
    """Delete everybody on the list. How many."""
    shown = look_up(text, deletion=deletion)
    rows = [(row.line, row.number) for row in shown.rows]
    return len(deletion.erase(rows, undo_days=0 if for_good else UNDO_DAYS, by=reader.name)[1])


def _here(person: Person) -> Person:
    if person.gone:
        raise NotPossible("This person was deleted.", remedy="Look at the page 'Deleting people'.")
    return person


def _waits(one: Erasure, at: int) -> bool:
    return one.state(now=at) is ErasureState.WAITING


def _sealed(people: Mapping[PersonId, Person]) -> list[Sealed]:
    return [one for person in people.values() for one in (person.number, person.name) if one is not None]


def _row(tx: Transaction, one: Erasure, person: Person | None, words: Opened, at: int) -> DeletionRow:
    texts = one.destroyed.messages + one.destroyed.replies if one.destroyed is not None else 0
    return DeletionRow(
        erasure_id=one.id,
        person_id=one.person,
        state=Deleted(one.state(now=at).value),
        asked_at=one.asked_at,
        asked_by=one.asked_by,
        due_at=one.due_at,
        done_at=one.done_at or one.undone_at,
        texts=texts,
        who=None if person is None else who(person, words),
        owed=_owed(one),
        carrier=_carrier(tx.redactions.counts(one.id)),
    )


def _owed(one: Erasure) -> tuple[str, ...]:
    if one.done_at is None:
        return ()
    owed = (
        (one.spool_at, "Their letters, as they came in, are still to be made unreadable."),
        (one.rewrapped_at, "The keys of everybody else are still to be wrapped anew."),
        (one.copies_replaced_at, "Copies of the keys at your backup places are still to be replaced."),
    )
    return tuple(sentence for at, sentence in owed if at is None)


def _carrier(counts: Mapping[CarrierAnswer | None, int]) -> str:
    return "; ".join(
        f"{counts[answer]:,} {'text' if counts[answer] == 1 else 'texts'} {words}"
        for answer, words in _CARRIER
        if counts.get(answer)
    )


def _listed(one: Listed) -> ListRow:
    return ListRow(one.line, one.number, bool(one.people), _VERDICTS[one.verdict])
