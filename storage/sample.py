"""Every sealed value of a desk, or a sample of each kind: for checks, which open them and show them to nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Select, Table, select

from storage.archive_index import archive_requests
from storage.database import look
from storage.drafts import drafts
from storage.ids import new_id
from storage.ledger import ledger
from storage.messages import messages
from storage.people import people
from storage.person_keys import person_keys, tombstones
from storage.placeholders import placeholders
from storage.reasons import reasons
from storage.replies import replies
from storage.runs import runs
from storage.seals import Sealed
from storage.vault import DESK_FILE, PERSONS_FILE, Vault

SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A column of sealed values: what names the row, and whose key seals it."""

    table: Table
    column: str
    id: str = "id"
    person: str = "person_id"

    def rows(self) -> Select[Any]:
        """Id, person and envelope of each."""
        columns = self.table.c
        envelope: Column[bytes] = columns[self.column]
        return select(columns[self.id], columns[self.person], envelope).where(envelope.is_not(None))


PLACES = (
    Place(people, "number", person="id"),
    Place(people, "name", person="id"),
    Place(people, "preview", person="id"),
    Place(messages, "body"),
    Place(messages, "original"),
    Place(replies, "body"),
    Place(drafts, "body"),
    Place(runs, "prompt"),
    Place(ledger, "body"),
    Place(placeholders, "map", id="person_id"),
    Place(reasons, "sealed", id="digest"),
    Place(archive_requests, "reason"),
)


def sealed_values(vault: Vault, *, full: bool) -> Iterator[Sealed]:
    """All of them, or a few hundred of each place from somewhere at random; those of erased people are left out."""
    erased = _key_states(vault)[1]
    with look(dict(vault.engines())[DESK_FILE]) as connection:
        for place in PLACES:
            for query in _queries(place, full=full):
                for row, person, envelope in connection.execute(query):
                    if person not in erased:
                        yield Sealed(place.table.name, place.column, row, person, envelope)


def keyless(vault: Vault) -> list[str]:
    """The ids of people who have no key and were not erased: what they wrote is lost without a copy of persons.db."""
    having, erased = _key_states(vault)
    with look(dict(vault.engines())[DESK_FILE]) as connection:
        everybody = connection.execute(select(people.c.id)).scalars()
        return sorted(person for person in everybody if person not in having and person not in erased)


def _queries(place: Place, *, full: bool) -> tuple[Select[Any], ...]:
    if full:
        return (place.rows(),)
    # Ids are random, so what stands beside a random one is a fair sample, and the index finds it.
    key, somewhere = place.table.c[place.id], new_id()
    after = place.rows().where(key >= somewhere).order_by(key).limit(SAMPLE)
    before = place.rows().where(key < somewhere).order_by(key.desc()).limit(SAMPLE)
    return after, before


def _key_states(vault: Vault) -> tuple[frozenset[str], frozenset[str]]:
    """Who has a key, and whose was destroyed."""
    with look(dict(vault.engines())[PERSONS_FILE]) as connection:
        rows = connection.execute(select(person_keys.c.person_id, person_keys.c.wrapped.is_(None))).all()
        buried = frozenset(connection.execute(select(tombstones.c.person_id)).scalars())
    gone = buried | {person for person, gone in rows if gone}
    return frozenset(person for person, _ in rows) - gone, gone
