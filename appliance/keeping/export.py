"""The export of one person: everything the desk has about them, in one zip, counted against the store."""

import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.access.sign_in import OWNER
from appliance.errors import ApplianceError
from appliance.keeping.archive import archived_words, written_down
from appliance.keeping.finding import people_with
from appliance.keeping.parcel import parcel
from appliance.keeping.readable import page
from appliance.keeping.record import DepartureKept, DraftKept, Record, TextKept
from storage.audit.leaf import Action
from storage.drafts import Draft
from storage.ledger import LedgerEntry
from storage.messages import Message
from storage.people import Person
from storage.reading import Opened, Reading, Shown
from storage.replies import SentReply
from storage.seals import Sealed
from storage.vault import Transaction, Vault

RECORD_FILE: Final = "person.json"
PAGE_FILE: Final = "index.html"
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class IncompleteExportError(ApplianceError):
    """What was written is not all that is stored; nothing was kept of it."""

    code = "export-incomplete"


@dataclass(frozen=True, slots=True)
class Exported:
    """What is in the zip. `messages` counts texts in and out, `in_archive` those of them whose words are not in it."""

    messages: int
    drafts: int
    departures: int
    in_archive: int = 0


@dataclass(frozen=True, slots=True)
class _Rows:
    """All that is stored about a person, shut."""

    person: Person
    messages: tuple[Message, ...]
    replies: tuple[SentReply, ...]
    drafts: tuple[Draft, ...]
    departures: tuple[LedgerEntry, ...]
    archived: Mapping[tuple[str, str], Sealed]  # by table and row; empty where nobody approved that they are opened

    def sealed(self) -> list[Sealed]:
        bodies: Iterable[Sealed | None] = (
            self.person.number,
            self.person.name,
            *map(self.words_of, self.messages),
            *map(self.words_of, self.replies),
            *(draft.body for draft in self.drafts),
            *(entry.body for entry in self.departures),
        )
        return [one for one in bodies if one is not None]

    def words_of(self, text: Message | SentReply) -> Sealed:
        """What they really wrote: it is their own."""
        left = (text.original or text.body) if isinstance(text, Message) else text.body
        return self.archived.get(_place(text), left)

    def in_archive(self, text: Message | SentReply) -> bool:
        """Whether its words lie there and are not among these."""
        return text.archive is not None and _place(text) not in self.archived

    def removed_at(self, text: Message | SentReply) -> int | None:
        """When its words were removed, unless they were brought from the archive."""
        return None if _place(text) in self.archived else text.body_removed_at

    def counts(self) -> Exported:
        absent = sum(self.in_archive(text) for texts in (self.messages, self.replies) for text in texts)
        return Exported(len(self.messages) + len(self.replies), len(self.drafts), len(self.departures), absent)


def export_person(number: str, *, vault: Vault, out: Path, at: int, reader: str = OWNER) -> Exported:
    """Write `out`, a zip with person.json and a readable page. It is not encrypted: it is meant for that person.
    Archived words are in it where a request to open theirs was approved and holds.

    Raises UnknownPersonError; ExistsError where `out` is there already; IncompleteExportError. Whatever fails, no file
    is left. The log says that it was read, and exported, before the file has its name.
    """
    # One transaction, so that nothing can come in between the reading and the counting.
    with vault.reading() as tx:
        people = people_with(tx, vault, number)
        rows = _rows(tx, people, _from_archive(tx, vault, people, reader=reader, at=at))
        words = tx.readings.open(Reading(reader, Shown.EXPORT, at), rows.sealed())
        record = _record(tx, rows, words, desk=vault.keys.desk, at=at)
        counts = rows.counts()
        detail = {"messages": counts.messages, "drafts": counts.drafts, "departures": counts.departures}
        tx.audit.append(Action.EXPORTED, rows.person.id, actor=reader, at=at, detail=detail)
        stored = Exported(
            sum(tx.messages.count_of(one.id) + tx.replies.count_of(one.id) for one in people),
            sum(tx.drafts.count_of(one.id) for one in people),
            sum(tx.ledger.count_of(one.id) for one in people),
            counts.in_archive,
        )
    parts = {RECORD_FILE: _json(record), PAGE_FILE: page(record).encode()}
    with parcel(out, parts, at=at) as unfinished:
        _count(unfinished, stored)
    return stored


def _from_archive(
    tx: Transaction, vault: Vault, people: Sequence[Person], *, reader: str, at: int
) -> Mapping[tuple[str, str], Sealed]:
    """The archived words of those whose request holds; the opening stands in the log as any does."""
    found: dict[tuple[str, str], Sealed] = {}
    for person in people:
        request = tx.archive.open_for(person.id, at=at)
        if request is not None:
            columns = ("body", "original")
            words = archived_words(tx, person.id, folder=vault.folder, desk=vault.keys.desk, columns=columns)
            # What they really wrote takes the place of what was left of it.
            for sealed, _ in sorted(words, key=lambda one: columns.index(one[0].column)):
                found[sealed.table, sealed.row] = sealed
            written_down(tx, tx.archive.opening(request.id, at=at), reader=reader, at=at, count=len(words))
    return found


def _rows(tx: Transaction, people: Sequence[Person], archived: Mapping[tuple[str, str], Sealed]) -> _Rows:
    # One number has two threads where a deletion was undone after they had written again.
    return _Rows(
        person=people[0],
        messages=tuple(row for one in people for row in tx.messages.all_of(one.id)),
        replies=tuple(row for one in people for row in tx.replies.all_of(one.id)),
        drafts=tuple(row for one in people for row in tx.drafts.all_of(one.id)),
        departures=tuple(row for one in people for row in tx.ledger.all_of(one.id)),
        archived=archived,
    )


def _record(tx: Transaction, rows: _Rows, words: Opened, *, desk: str, at: int) -> Record:
    person, stop = rows.person, tx.suppressions.of(rows.person.number_index)
    received = [
        (
            one.received_at,
            0,
            one.arrival,
            TextKept(
                "in",
                one.provider_id,
                _text(words, rows.words_of(one)),
                one.received_at,
                one.state,
                rows.removed_at(one),
                rows.in_archive(one),
            ),
        )
        for one in rows.messages
    ]
    sent = [
        (
            one.created_at,
            1,
            place,
            TextKept(
                "out",
                one.provider_id,
                _text(words, rows.words_of(one)),
                one.created_at,
                one.state,
                rows.removed_at(one),
                rows.in_archive(one),
            ),
        )
        for place, one in enumerate(rows.replies)
    ]
    return Record(
        desk=desk,
        exported_at=at,
        number=words[person.number].text,
        name=None if person.name is None else words[person.name].text,
        language=person.language,
        since=person.created_at,
        stopped_at=None if stop is None else stop.since,
        stopped_by=None if stop is None else stop.source,
        messages=tuple(text for *_, text in sorted([*received, *sent], key=lambda one: one[:3])),
        drafts=tuple(
            DraftKept(_text(words, one.body), one.created_at, one.state, one.decided_at, one.body_removed_at)
            for one in rows.drafts
        ),
        departures=tuple(
            DepartureKept(
                one.at,
                one.purpose,
                one.host,
                one.outcome,
                None if one.body is None else words[one.body].text,
                one.body_removed_at,
            )
            for one in rows.departures
        ),
    )


def _place(text: Message | SentReply) -> tuple[str, str]:
    return "messages" if isinstance(text, Message) else "replies", text.id


def _text(words: Opened, sealed: Sealed) -> str | None:
    return None if sealed.removed else words[sealed].text


def _json(record: Record) -> bytes:
    text = json.dumps(record.as_json(), ensure_ascii=False, indent=1)
    # UTF-8 has no lone surrogates; escaped they come back exactly.
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode() + b"\n"


def _count(written: Path, stored: Exported) -> None:
    with zipfile.ZipFile(written) as zipped:
        bad = zipped.testzip()
        record = json.loads(zipped.read(RECORD_FILE))
    absent = sum("in_archive" in text for text in record["messages"])
    found = Exported(len(record["messages"]), len(record["drafts"]), len(record["left_the_building"]), absent)
    if bad or found != stored:
        raise IncompleteExportError("the export does not hold all that is stored", remedy="try again on another disk")
