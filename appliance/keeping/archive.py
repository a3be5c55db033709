"""The archive: asking to read one person's words, saying yes to it, reading them for some hours.

Asking opens nothing. A yes is a second act, by the owner or an administrator; while there is one person at the desk, it
may be the one who asked, and both acts stand in the log. Every opening writes its own leaf.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.limits import HOUR
from appliance.staff.inbox import who
from appliance.views.archive import Archive, ArchivedOf, ArchivedText, ArchiveOpened, ArchiveRow, RequestShown
from appliance.views.people import Who
from appliance.views.refusals import NotPossible
from storage.archive_file import read_archive
from storage.archive_index import ArchiveRequest, RequestId
from storage.audit.leaf import Action
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.reading import Opened, Reading, Shown
from storage.seals import Sealed
from storage.vault import Transaction, Vault

OPEN_FOR: Final = 8 * HOUR


@dataclass(frozen=True, slots=True)
class ArchiveDesk:
    """The archive of one desk."""

    vault: Vault
    clock: Clock
    folder: Path

    def shown(self, reader: str) -> Archive:
        """What there is, and the requests. Their reasons name people, so it is an act of reading."""
        now = self.clock.now()
        with self.vault.reading() as tx:
            files, texts, oldest = tx.archive.totals()
            asked = tx.archive.requests()
            people = {one.person: tx.people.get(one.person) for one in asked}
            shut: list[Sealed] = [one.reason for one in asked]
            shut += [one for person in people.values() for one in (person.number, person.name) if one is not None]
            words = tx.readings.open(Reading(reader, Shown.REQUESTS, now), shut)
            rows = tuple(_row(one, words, who(people[one.person], words), now) for one in asked)
        return Archive(files, texts, oldest, rows, OPEN_FOR // HOUR)

    def of(self, reader: str, person_id: str) -> ArchivedOf:
        """The person somebody wants to ask about. Raises MissingError."""
        with self.vault.reading() as tx:
            person = tx.people.get(PersonId(person_id))
            shut = [one for one in (person.number, person.name) if one is not None]
            words = tx.readings.open(Reading(reader, Shown.REQUESTS, self.clock.now()), shut)
            return ArchivedOf(person.id, who(person, words), sum(1 for _ in _archived(tx, person.id)))

    def ask(self, by: str, person_id: str, reason: str) -> str:
        """Write the request down; its id. Raises MissingError, NotPossible where nothing of theirs is archived."""
        at = self.clock.now()
        with self.vault.transaction() as tx:
            person = tx.people.get(PersonId(person_id))
            if next(_archived(tx, person.id), None) is None:
                raise NotPossible("Nothing of this person is in the archive.")
            request = tx.archive.ask(person.id, Plaintext(reason), by=by, at=at)
            tx.audit.append(Action.RETRIEVED, request.id, actor=by, at=at, detail={"step": "asked"})
            return request.id

    def decide(self, by: str, request_id: str, *, yes: bool) -> None:
        """Say yes or no to it. Raises NotPossible where somebody did already."""
        at = self.clock.now()
        with self.vault.transaction() as tx:
            until = at + OPEN_FOR if yes else None
            if not tx.archive.decide(tx.archive.request(RequestId(request_id)).id, by=by, at=at, opens_until=until):
                raise NotPossible("Somebody has already decided about this request.")
            detail: dict[str, object] = {"step": "approved" if yes else "refused"}
            if until is not None:
                detail["until_at"] = until
            tx.audit.append(Action.RETRIEVED, request_id, actor=by, at=at, detail=detail)

    def shut(self, by: str, request_id: str) -> None:
        """It opens nothing any more."""
        at = self.clock.now()
        with self.vault.transaction() as tx:
            tx.archive.shut(RequestId(request_id), at=at)
            tx.audit.append(Action.RETRIEVED, request_id, actor=by, at=at, detail={"step": "shut"})

    def open(self, reader: str, request_id: str) -> ArchiveOpened:
        """The words that an approved request is about. Raises NotApprovedError, MissingError, DamagedError."""
        at = self.clock.now()
        with self.vault.transaction() as tx:
            request = tx.archive.opening(RequestId(request_id), at=at)
            person = tx.people.get(request.person)
            # Bodies only: what health details were taken out of stays shut here too.
            found = archived_words(tx, request.person, folder=self.folder, desk=self.vault.keys.desk)
            leaf = written_down(tx, request, reader=reader, at=at, count=len(found))
            shut = [one for one, _ in found]
            shut += [one for one in (person.number, person.name) if one is not None]
            words = tx.readings.open(Reading(reader, Shown.ARCHIVE, at), shut)
            texts = [ArchivedText(when, one.table == "messages", words[one].text) for one, when in found]
            return ArchiveOpened(
                request_id=request.id,
                person_id=person.id,
                who=who(person, words),
                texts=tuple(sorted(texts, key=lambda text: text.at)),
                opens_until=request.opens_until or at,
                leaf=leaf,
            )


def archived_words(
    tx: Transaction, person: PersonId, *, folder: Path, desk: str, columns: Collection[str] = ("body",)
) -> list[tuple[Sealed, int]]:
    """What of that person lies in the archive, shut, and when it was written. Raises MissingError, DamagedError."""
    wanted = dict(_archived(tx, person))
    files = [file for file in tx.archive.files() if file.id in set(wanted.values())]
    return [
        (entry.sealed, entry.at)
        for file in files
        for entry in read_archive(folder, file, desk=desk)
        if entry.sealed.column in columns and wanted.get((entry.sealed.table, entry.sealed.row)) == file.id
    ]


def written_down(tx: Transaction, request: ArchiveRequest, *, reader: str, at: int, count: int) -> int:
    """An opening, on the log; its leaf."""
    detail = {"step": "opened", "count": count}
    return tx.audit.append(Action.RETRIEVED, request.id, actor=reader, at=at, detail=detail)


def _archived(tx: Transaction, person: PersonId) -> Iterator[tuple[tuple[str, str], str]]:
    """Table and row of each text of that person that is archived, with the file it lies in."""
    for message in tx.messages.all_of(person):
        if message.archive is not None:
            yield ("messages", message.id), message.archive
    for reply in tx.replies.all_of(person):
        if reply.archive is not None:
            yield ("replies", reply.id), reply.archive


def _row(asked: ArchiveRequest, words: Opened, person: Who, now: int) -> ArchiveRow:
    return ArchiveRow(
        request_id=asked.id,
        person_id=asked.person,
        who=person,
        reason=words[asked.reason].text,
        state=RequestShown(asked.state(now).value),
        asked_by=asked.asked_by,
        asked_at=asked.asked_at,
        decided_by=asked.decided_by or "",
        decided_at=asked.decided_at,
        opens_until=asked.opens_until,
        openings=asked.openings,
    )
