"""The inbox page, as staff get it: with 100,000 messages in the desk, beside the same page with 1,000."""

import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from appliance.staff.inbox import inbox
from appliance.views.people import Reader
from storage.database import write
from storage.ids import new_id
from storage.keys.keytable import KeyName
from storage.keys.persons import new_dek, wrap
from storage.messages import MessageState, messages
from storage.people import Attention, Rest, people
from storage.person_keys import person_keys
from storage.plaintext import Plaintext
from storage.vault import DESK_FILE, PERSONS_FILE, Vault
from tests import desks
from tests.bench.rows import Goal, Row
from tests.standins.clock import FixedClock

FEW, MANY = 1_000, 100_000
MESSAGES_A_PERSON = 10
WAITING = 20
PAGES = 60
SOME = 5_000


def rows() -> Iterable[Row]:
    with (
        tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder,
        desks.a_vault(Path(folder) / "few") as few,
        desks.a_vault(Path(folder) / "many") as many,
    ):
        fill(few, FEW)
        fill(many, MANY)
        ours, theirs = _pages(many, few)
    goal = Goal("ratio", "at most", 1.3)
    yield Row("inbox page, 100,000 messages", "ms", ours, "the same page, 1,000 messages", theirs, goal)


def _pages(many: Vault, few: Vault) -> tuple[float, float]:
    """Milliseconds, each the middle of many pages; one after the other, so that both meet the same machine."""
    took: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(PAGES):
        for which, vault in enumerate((many, few)):
            began = time.perf_counter()
            page = inbox(Reader("owner", "owner", "0" * 64), vault=vault, clock=FixedClock(desks.NOW))
            took[which].append((time.perf_counter() - began) * 1000)
            assert len(page.needs_me) == WAITING
    return statistics.median(took[0]), statistics.median(took[1])


def fill(vault: Vault, count: int) -> None:
    """So many messages, ten a person. In bulk: filling by the verbs would take longer than all that is measured."""
    everybody = [new_id() for _ in range(count // MESSAGES_A_PERSON)]
    _keys(vault, everybody)
    engine = dict(vault.engines())[DESK_FILE]
    for table, values in ((people, _people(vault, everybody)), (messages, _messages(vault, everybody))):
        _insert(engine, table, values)
    with write(engine) as connection:
        connection.exec_driver_sql("ANALYZE")


def _keys(vault: Vault, everybody: list[str]) -> None:
    kek = vault.keys.key(KeyName.PKEK)
    values = (
        {
            "person_id": person,
            "key_id": new_id(),
            "wrapped": wrap(new_dek(), kek),
            "kek_id": kek.id,
            "kek_generation": kek.generation,
            "created_at": desks.NOW,
        }
        for person in everybody
    )
    _insert(dict(vault.engines())[PERSONS_FILE], person_keys, values)


def _insert(engine: Any, table: Table, values: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(values, SOME)):
        with write(engine) as connection:
            connection.execute(insert(table), some)


def _people(vault: Vault, everybody: list[str]) -> Iterator[dict[str, Any]]:
    rests = (Rest.ANSWERED, Rest.WORKING, Rest.REPLIED, Rest.SET_ASIDE, Rest.JUNK)
    for place, person in enumerate(everybody):
        yield {
            "id": person,
            "number_index": vault.number_index(f"+1512{place:07}"),
            "number": _sealed(vault, "people", "number", person, person, f"+1512{place:07}"),
            "name": _sealed(vault, "people", "name", person, person, "Ana Ruiz"),
            "preview": _sealed(vault, "people", "preview", person, person, "[NAME_1] asks whether Sunday is possible"),
            "attention": Attention.DRAFT if place < WAITING else Attention.NONE,
            "rest": rests[place % len(rests)],
            "texts": MESSAGES_A_PERSON,
            "last_at": desks.NOW + place,
            "created_at": desks.NOW,
        }


def _messages(vault: Vault, everybody: list[str]) -> Iterator[dict[str, Any]]:
    for person in everybody:
        for place in range(MESSAGES_A_PERSON):
            message = new_id()
            yield {
                "id": message,
                "person_id": person,
                "account": desks.ACCOUNT,
                "provider_id": f"SM{message}",
                "body": _sealed(
                    vault, "messages", "body", message, person, "Is Sunday morning possible for a check-up?"
                ),
                "body_digest": "0" * 64,
                "state": MessageState.ANSWERED,
                "received_at": desks.NOW + place,
                "imported_at": desks.NOW + place,
                "arrival": place,
                "late": False,
                "redacted": True,
                "optout": False,
                "junk": False,
                "language": "en",
            }


def _sealed(vault: Vault, table: str, column: str, row: str, person: str, words: str) -> bytes:
    return vault._seals.seal(Plaintext(words), table=table, column=column, row=row, person=person)
