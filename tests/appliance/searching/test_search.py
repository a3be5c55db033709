"""Searching as staff do: who, when and the words; nobody who is out of sight; a leaf for each search, without words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.keeping.erasing import undo
from appliance.searching.indexing import Indexing
from appliance.searching.search import AT_ONCE, index_shown, search
from appliance.staff.thread import NEWEST, thread
from appliance.views.search import FoundText, Searched
from storage.errors import MissingError
from storage.ids import new_id
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.vault import Vault
from tests import desks
from tests.appliance.evening import OWNER
from tests.appliance.keeping.office import OTHER, Office
from tests.standins.clock import FixedClock


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with desks.a_vault(tmp_path / desks.DESK) as vault:
        yield Office(vault=vault, clock=FixedClock(desks.NOW), folder=tmp_path / desks.DESK)


def sought(office: Office, words: str, before: int | None = None) -> Searched:
    Indexing(office.vault, office.clock).whole()
    return search(OWNER, words, before, vault=office.vault, clock=office.clock)


def texts(found: Searched) -> list[str]:
    return [one.text for one in found.texts]


def leaves(vault: Vault) -> list[dict[str, Any]]:
    with vault.look() as tx:
        return [json.loads(body) for body in tx.audit.bodies()]


def test_who_when_and_the_words_are_shown_of_messages_and_replies(office: Office) -> None:
    office.text("Is a root canal possible on Sunday?")
    person = office.person()
    with office.vault.transaction() as tx:
        tx.people.name(person.id, Plaintext("Ana Ruiz"))
        desks.a_reply(tx, person.id, "A root canal is possible.", created_at=desks.NOW + 1)

    found = sought(office, '"root canal"')

    reply, message = found.texts
    assert (reply.ours, reply.at, message.ours, message.at) == (True, desks.NOW + 1, False, desks.NOW)
    assert (message.who.name, message.person_id) == ("Ana Ruiz", person.id)
    assert [piece for hit, piece in message.pieces if hit] == ["root", "canal"]
    assert found.asked
    assert found.older is None
    assert found.index.ready


def test_each_search_is_two_leaves_and_neither_has_a_word(office: Office) -> None:
    office.text("a crown, please")
    sought(office, "")
    before = len(leaves(office.vault))

    found = sought(office, "crown zebra*")
    again = sought(office, "crown")

    first, second, read = leaves(office.vault)[before:]
    assert (first["action"], first["actor"], first["detail"]) == (
        "searched", OWNER.name, {"count": 0, "older": False, "people": 0, "terms": 2},
    )  # fmt: skip
    assert (second["action"], second["detail"]["count"]) == ("searched", 1)
    assert (read["action"], read["detail"]["shown"]) == ("read", "search")
    assert (texts(found), texts(again)) == ([], ["a crown, please"])
    assert "crown" not in json.dumps(leaves(office.vault))


@pytest.mark.parametrize("words", ["", "   ", "?!", "*", '""'])
def test_nothing_to_look_for_is_no_search_and_no_leaf(office: Office, words: str) -> None:
    office.text("a crown, please")
    sought(office, "")
    before = len(leaves(office.vault))

    found = search(OWNER, words, None, vault=office.vault, clock=office.clock)

    assert not found.asked
    assert len(leaves(office.vault)) == before


def test_pages_go_on_to_the_oldest(office: Office) -> None:
    for number in range(AT_ONCE + 5):
        office.text(f"crown {number}")
        office.later(1000)

    first = sought(office, "crown")
    assert first.older is not None
    second = sought(office, "crown", first.older)

    assert texts(first) + texts(second) == [f"crown {number}" for number in range(AT_ONCE + 4, -1, -1)]
    assert second.older is None


def test_somebody_deleted_is_out_of_sight_and_back_when_it_is_undone(office: Office) -> None:
    for _ in range(AT_ONCE + 3):
        office.text("my crown")
    office.text("their crown", sender=OTHER)
    (erasure,) = office.ask(office.person(), days=30)

    assert texts(sought(office, "crown")) == ["their crown"]

    undo(erasure.id, by="owner", vault=office.vault, clock=office.clock)
    assert sought(office, "crown").older is not None


def test_somebody_erased_is_not_found_even_where_the_index_was_not_told(office: Office) -> None:
    office.text("my crown")
    sought(office, "")
    office.ask(office.person())
    office.eraser.carry_out()

    assert texts(search(OWNER, "crown", None, vault=office.vault, clock=office.clock)) == []


def test_a_text_that_is_not_in_the_store_is_passed_over(office: Office) -> None:
    from storage.search.index_file import Entry

    office.text("my crown")
    sought(office, "")
    standing = office.vault.search_index.standing()
    assert standing is not None
    person = office.person().id
    strays = [Entry(source, new_id(), person, desks.NOW, "crown") for source in ("messages", "replies")]
    strays.append(Entry("messages", new_id(), new_id(), desks.NOW, "crown"))
    assert office.vault.search_index.add(strays, made=standing.made)

    assert texts(search(OWNER, "crown", None, vault=office.vault, clock=office.clock)) == ["my crown"]


def test_a_number_finds_whoever_has_it(office: Office) -> None:
    office.text("hello")

    found = sought(office, "(512) 555-0123")

    assert [(one.person_id, one.who.last_two) for one in found.people] == [(office.person().id, "23")]
    assert sought(office, "(512) 555-0199").people == ()


def test_while_the_index_is_built_it_says_how_far_it_is(office: Office) -> None:
    office.text("my crown")
    office.text("their crown", sender=OTHER)

    assert search(OWNER, "crown", None, vault=office.vault, clock=office.clock).texts == ()
    assert index_shown(office.vault).total == 2
    assert not index_shown(office.vault).ready
    Indexing(office.vault, office.clock).step()
    shown = index_shown(office.vault)
    assert (shown.ready, shown.count, shown.total) == (True, 2, 2)


def test_an_index_that_turns_out_damaged_finds_nothing_and_is_built_anew(office: Office) -> None:
    for number in range(40):
        office.text(f"crown {number} " + " ".join(new_id() for _ in range(30)))
    sought(office, "")
    office.vault.search_index.close()
    path = office.vault.folder / "search.db"
    data = bytearray(path.read_bytes())
    for at in range(4 * 4096, len(data), 4096):
        data[at + 1000] ^= 255
    path.write_bytes(data)

    found = search(OWNER, "crown", None, vault=office.vault, clock=office.clock)

    assert found.texts == ()
    assert len(sought(office, "crown").texts) == AT_ONCE


def a_long_thread(vault: Vault) -> tuple[PersonId, list[str]]:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault).id
        ids = [
            str(desks.a_message(tx, person, f"text {n}", received_at=desks.NOW + n, arrival=n).id)
            for n in range(NEWEST + 30)
        ]
    return person, ids


def test_the_way_to_an_old_text_shows_the_thread_as_it_stood_then(office: Office) -> None:
    person, ids = a_long_thread(office.vault)

    shown = thread(OWNER, person, ids[10], vault=office.vault, clock=office.clock)

    assert shown.later
    assert [getattr(item, "body", "") for item in shown.items] == [f"text {n}" for n in range(11)]
    newest = thread(OWNER, person, ids[-1], vault=office.vault, clock=office.clock)
    assert not newest.later
    assert newest.earlier == 0 or len(newest.items) == NEWEST


def test_an_old_reply_is_shown_too_and_a_text_of_another_thread_is_not(office: Office) -> None:
    person, _ = a_long_thread(office.vault)
    with office.vault.transaction() as tx:
        replies = [
            desks.a_reply(tx, person, f"reply {n}", created_at=desks.NOW + n).id for n in range(2 * NEWEST, 0, -1)
        ]
        other = desks.a_message(tx, desks.a_person(tx, office.vault, number=OTHER).id)

    shown = thread(OWNER, person, replies[-1], vault=office.vault, clock=office.clock)

    assert shown.later
    assert "reply 1" in [getattr(item, "body", "") for item in shown.items]
    for elsewhere in (other.id, new_id()):
        with pytest.raises(MissingError):
            thread(OWNER, person, elsewhere, vault=office.vault, clock=office.clock)


def test_a_found_text_shows_no_words_in_its_repr(office: Office) -> None:
    office.text("my crown")

    found = sought(office, "crown")

    assert isinstance(found.texts[0], FoundText)
    assert "crown" not in repr(found)
