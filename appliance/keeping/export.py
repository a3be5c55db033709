"""The export of one person: everything the desk has about them, in one zip, counted against the store."""

import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.access.sign_in import OWNER
from appliance.errors import ApplianceError
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
    """What is in the zip. `messages` counts texts in and out."""

    messages: int
    drafts: int
    departures: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """All that is stored about a person, shut."""

    person: Person
    messages: tuple[Message, ...]
    replies: tuple[SentReply, ...]
    drafts: tuple[Draft, ...]
    departures: tuple[LedgerEntry, ...]

    def sealed(self) -> list[Sealed]:
        bodies: Iterable[Sealed | None] = (
            self.person.number,
            self.person.name,
            *(_words_of(message) for message in self.messages),
            *(reply.body for reply in self.replies),
            *(draft.body for draft in self.drafts),
            *(entry.body for entry in self.departures),
        )
        return [one for one in bodies if one is not None]

    def counts(self) -> Exported:
        return Exported(len(self.messages) + len(self.replies), len(self.drafts), len(self.departures))


def export_person(number: str, *, vault: Vault, out: Path, at: int, reader: str = OWNER) -> Exported:
    """Write `out`, a zip with person.json and a readable page. It is not encrypted: it is meant for that person.

    Raises UnknownPersonError; ExistsError where `out` is there already; IncompleteExportError. Whatever fails, no file
    is left. The log says that it was read, and exported, before the file has its name.
    """
    # One transaction, so that nothing can come in between the reading and the counting.
    with vault.reading() as tx:
        people = people_with(tx, vault, number)
        rows = _rows(tx, people)
        words = tx.readings.open(Reading(reader, Shown.EXPORT, at), rows.sealed())
        record = _record(tx, rows, words, desk=vault.keys.desk, at=at)
        counts = rows.counts()
        detail = {"messages": counts.messages, "drafts": counts.drafts, "departures": counts.departures}
        tx.audit.append(Action.EXPORTED, rows.person.id, actor=reader, at=at, detail=detail)
        stored = Exported(
            sum(tx.messages.count_of(one.id) + tx.replies.count_of(one.id) for one in people),
            sum(tx.drafts.count_of(one.id) for one in people),
            sum(tx.ledger.count_of(one.id) for one in people),
        )
    parts = {RECORD_FILE: _json(record), PAGE_FILE: page(record).encode()}
    with parcel(out, parts, at=at) as unfinished:
        _count(unfinished, stored)
    return stored


def _rows(tx: Transaction, people: Sequence[Person]) -> _Rows:
    # One number has two threads where a deletion was undone after they had written again.
    return _Rows(
        person=people[0],
        messages=tuple(row for one in people for row in tx.messages.all_of(one.id)),
        replies=tuple(row for one in people for row in tx.replies.all_of(one.id)),
        drafts=tuple(row for one in people for row in tx.drafts.all_of(one.id)),
        departures=tuple(row for one in people for row in tx.ledger.all_of(one.id)),
    )


def _words_of(message: Message) -> Sealed:
    """What they really wrote: it is their own."""
    return message.original or message.body


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
                _text(words, _words_of(one)),
                one.received_at,
                one.state,
                one.body_removed_at,
                one.archive is not None,
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
                _text(words, one.body),
                one.created_at,
                one.state,
                one.body_removed_at,
                one.archive is not None,
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
    found = Exported(len(record["messages"]), len(record["drafts"]), len(record["left_the_building"]))
    if bad or found != stored:
        raise IncompleteExportError("the export does not hold all that is stored", remedy="try again on another disk")
