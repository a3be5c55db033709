"""Searching: one act, with a leaf that says how much was found and never what was looked for.

The index only says where; what is shown is read from the store, as on any page, and somebody who is out of sight there
is out of sight here.
"""

from collections.abc import Sequence
from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.finding import indexes_of, reads_as_number
from appliance.searching.marking import marked
from appliance.staff.inbox import who
from appliance.views.people import Reader
from appliance.views.search import FoundPerson, FoundText, IndexShown, Searched
from storage.audit.leaf import Action
from storage.errors import DamagedError, MissingError
from storage.messages import MessageId
from storage.people import Person
from storage.reading import Opened, Reading, Shown
from storage.replies import ReplyId
from storage.seals import Sealed
from storage.search.index import IndexStanding
from storage.search.index_file import Hit
from storage.search.owed import MESSAGES
from storage.search.query import Query, read_query
from storage.vault import Transaction, Vault

AT_ONCE: Final = 20

Row = tuple[Hit, Person, Sealed]


def search(
    reader: Reader, words: str, before: int | None, *, vault: Vault, clock: Clock, limit: int = AT_ONCE
) -> Searched:
    """The newest texts with all these words; `before` goes on where a page ended."""
    index = index_shown(vault)
    query = read_query(words)
    if not query.terms:
        return Searched(words, index)
    hits, older = _hits(vault, query, before, limit)
    at = clock.now()
    with vault.reading() as tx:
        people = _with_number(tx, vault, words) if before is None else []
        rows = [row for hit in hits if (row := _row(tx, hit)) is not None]
        detail = {"count": len(rows), "people": len(people), "terms": len(query.terms), "older": before is not None}
        tx.audit.append(Action.SEARCHED, actor=reader.name, at=at, detail=detail)
        opened = tx.readings.open(Reading(reader.name, Shown.SEARCH, at), _sealed(rows, people))
    return Searched(
        words,
        index,
        asked=True,
        texts=tuple(_text(row, opened, query) for row in rows),
        people=tuple(FoundPerson(one.id, who(one, opened), one.last_at) for one in people),
        older=older,
    )


def index_shown(vault: Vault) -> IndexShown:
    """How far the index is."""
    standing = _standing(vault)
    if standing is None:
        with vault.look() as tx:
            return IndexShown(ready=False, count=0, total=tx.unindexed.count())
    return IndexShown(standing.whole, standing.count, max(standing.count, standing.total))


def _standing(vault: Vault) -> IndexStanding | None:
    try:
        return vault.search_index.standing()
    except DamagedError:  # pragma: no cover - what can be damaged between opening and this is read by nothing here
        return None


def _hits(vault: Vault, query: Query, before: int | None, limit: int) -> tuple[list[Hit], int | None]:
    """One page of what may be shown, and where the next one goes on."""
    seen: list[Hit] = []
    more = True
    while more and len(seen) < limit:
        try:
            found = vault.search_index.find(query, before=before, limit=limit)
        except DamagedError:
            # It is built anew from now on; the page says so.
            return seen, None
        with vault.look() as tx:
            seen += [hit for hit in found.hits if _row(tx, hit) is not None]
        more = found.more
        before = found.hits[-1].place if found.hits else before
    page = seen[:limit]
    return page, page[-1].place if page and (more or len(seen) > limit) else None


def _row(tx: Transaction, hit: Hit) -> Row | None:
    """The text that the index speaks of, if it is here still and its person may be seen."""
    person = tx.people.look_for(hit.person)
    if person is None or person.gone:
        return None
    try:
        body = (
            tx.messages.get(MessageId(hit.id)).body if hit.source == MESSAGES else tx.replies.get(ReplyId(hit.id)).body
        )
    except MissingError:
        return None
    return None if body.removed else (hit, person, body)


def _with_number(tx: Transaction, vault: Vault, words: str) -> list[Person]:
    if not reads_as_number(words):
        return []
    found = [person for index in indexes_of(words, vault) for person in tx.people.with_number(index)]
    return list({person.id: person for person in found}.values())


def _sealed(rows: Sequence[Row], people: Sequence[Person]) -> list[Sealed]:
    everybody = {person.id: person for person in (*(person for _, person, _ in rows), *people)}
    names = [one for person in everybody.values() for one in (person.number, person.name) if one is not None]
    return [*(body for _, _, body in rows), *names]


def _text(row: Row, opened: Opened, query: Query) -> FoundText:
    hit, person, body = row
    pieces, cut = marked(opened[body].text, query)
    return FoundText(hit.id, person.id, who(person, opened), hit.at, hit.source != MESSAGES, pieces, cut)
