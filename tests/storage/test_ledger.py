"""The ledger: written before the first byte, completed afterwards; a prompt is kept whole and sealed."""

from dataclasses import replace

import pytest

from storage.errors import MissingError
from storage.ids import new_id
from storage.ledger import NewEntry
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.vault import Vault
from tests import desks

PROMPT = '{"messages":[{"content":"[NAME_1] asks for Sunday"}]}'
ENTRY = NewEntry(
    at=desks.NOW, purpose="model", data="redacted-words", scheme="https", host="model.example.com", port=443,
    permission=None, person=None, run=None, method="POST", path="/v1/messages", size=54, digest="0" * 64,
)  # fmt: skip


def test_a_departure_is_there_before_it_is_known_how_it_ended(store: Vault) -> None:
    with store.transaction() as tx:
        begun = tx.ledger.get(tx.ledger.begin(ENTRY))
        assert (begun.outcome, begun.status, begun.finished_at, begun.body) == (None, None, None, None)

        tx.ledger.finish(begun.id, at=desks.NOW + 5, outcome="answered", status=200, size=99, reason="")

        ended = tx.ledger.get(begun.id)
        assert (ended.outcome, ended.status, ended.answer_size, ended.reason) == ("answered", 200, 99, "")
        assert replace(ended, outcome=None, status=None, answer_size=None, finished_at=None) == begun


def test_a_prompt_is_read_back_as_sent_and_is_in_no_repr(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        entry = tx.ledger.get(tx.ledger.begin(replace(ENTRY, person=person, body=Plaintext(PROMPT))))
        assert entry.body is not None

        assert tx.readings.one(Reading("owner", Shown.CROSSING, desks.NOW), entry.body).text == PROMPT
        assert "Sunday" not in repr(entry)


def test_a_body_that_belongs_to_nobody_is_not_kept(store: Vault) -> None:
    with store.transaction() as tx:
        assert tx.ledger.get(tx.ledger.begin(replace(ENTRY, body=Plaintext("x")))).body is None


def test_entries_are_shown_newest_first_page_by_page_and_by_run(store: Vault) -> None:
    run = new_id()
    with store.transaction() as tx:
        made = [tx.ledger.begin(replace(ENTRY, at=desks.NOW + n, run=run if n % 2 else None)) for n in range(5)]

        assert [one.id for one in tx.ledger.page(limit=2)] == [made[4], made[3]]
        assert [one.id for one in tx.ledger.page(limit=2, offset=2)] == [made[2], made[1]]
        assert [one.id for one in tx.ledger.of_run(run)] == [made[1], made[3]]
        assert tx.ledger.count() == 5


def test_the_uses_of_a_permission_are_counted(store: Vault) -> None:
    permission = new_id()
    with store.transaction() as tx:
        assert tx.ledger.uses(permission) == (0, None)
        for n in range(3):
            tx.ledger.begin(replace(ENTRY, at=desks.NOW + n, permission=permission))

        assert tx.ledger.uses(permission) == (3, desks.NOW + 2)


def test_an_entry_that_is_not_there_is_named_by_id(store: Vault) -> None:
    with store.look() as tx, pytest.raises(MissingError, match="f" * 32):
        tx.ledger.get("f" * 32)
