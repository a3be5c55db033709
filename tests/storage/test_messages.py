"""Messages: once for ever, whole whatever they say, in the order in which they came."""

import json
from pathlib import Path

import pytest

from storage.errors import MissingError, StorageError
from storage.messages import NOT_YET_REDACTED, MessageId, MessageState
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.vault import Vault
from tests import desks
from tests.at_once import at_once

READING = Reading("owner", Shown.THREAD, desks.NOW)
NAUGHTY = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "naughty_strings.json"
AWKWARD = ["", "\0", "before\0after", "\ud83d", "\udc00\ud800 lone", "e\u0301", "\u00e9", "\r\n\u2028", "🦷" * 1600]


def _kept(vault: Vault, words: list[str]) -> list[str]:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault).id
        ids = [desks.a_message(tx, person, body).id for body in words]
    with vault.transaction() as tx:
        bodies = [tx.messages.get(one).body for one in ids]
        opened = tx.readings.open(READING, bodies)
        return [opened[body].text for body in bodies]


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="the naughty strings are not beside the checkout")
def test_every_naughty_string_is_read_back_exactly(store: Vault) -> None:
    words = json.loads(NAUGHTY.read_text(encoding="utf-8"))

    assert _kept(store, words) == words


def test_nul_lone_surrogates_and_nothing_at_all_are_read_back_exactly(store: Vault) -> None:
    assert _kept(store, AWKWARD) == AWKWARD


def test_a_message_is_found_by_what_the_carrier_calls_it(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        message = desks.a_message(tx, person, provider_id="SM1")

        assert tx.messages.by_provider_id(desks.ACCOUNT, "SM1") == message
        assert tx.messages.by_provider_id("AC-other", "SM1") is None
        assert tx.messages.known(desks.ACCOUNT, ["SM0", "SM1", "SM2"]) == {"SM1"}


def test_more_ids_than_one_statement_holds_can_be_asked_for(store: Vault) -> None:
    with store.transaction() as tx:
        desks.a_message(tx, desks.a_person(tx, store).id, provider_id="SM39999")

        assert tx.messages.known(desks.ACCOUNT, (f"SM{n}" for n in range(40_000))) == {"SM39999"}


def test_the_same_id_of_the_carrier_is_stored_once_whoever_forgets_to_ask(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        desks.a_message(tx, person, provider_id="SM1")

    with pytest.raises(StorageError), store.transaction() as tx:
        desks.a_message(tx, person, provider_id="SM1")

    with store.look() as tx:
        assert tx.messages.count() == 1


def test_of_a_hundred_deliveries_at_once_one_is_stored(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id

    def deliver(number: int) -> bool:
        with store.transaction() as tx:
            if tx.messages.by_provider_id(desks.ACCOUNT, "SM1") is not None:
                return False
            desks.a_message(tx, person, f"copy {number}", provider_id="SM1")
            return True

    stored = at_once(100, deliver)

    assert sorted(map(repr, stored)) == ["False"] * 99 + ["True"]
    with store.look() as tx:
        assert tx.messages.count() == 1


def test_a_thread_is_oldest_first_and_its_newest_page_is_shown(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        # Within one millisecond the door's numbers tell which came first.
        made = [desks.a_message(tx, person, received_at=desks.NOW + n // 2, arrival=n).id for n in (3, 1, 0, 2)]
        in_order = [made[2], made[1], made[3], made[0]]

        assert [one.id for one in tx.messages.thread(person)] == in_order
        assert [one.id for one in tx.messages.thread(person, limit=2)] == in_order[2:]
        assert [one.id for one in tx.messages.thread(person, before=desks.NOW)] == in_order[:2]


def test_every_message_of_a_person_comes_by_however_many_there_are(store: Vault) -> None:
    with store.transaction() as tx:
        person, other = (desks.a_person(tx, store, number=number).id for number in ("+15125550101", "+15125550102"))
        made = [desks.a_message(tx, person, arrival=n).id for n in range(300)]
        desks.a_message(tx, other)

        assert [one.id for one in tx.messages.all_of(person)] == made


def test_health_details_are_sealed_apart_from_what_pages_show(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        message = desks.a_message(tx, person, "I have [PHI redacted]", original=Plaintext("I have an abscess"))
        assert message.original is not None

        words = tx.readings.open(READING, [message.body, message.original])

        assert words[message.body].text == "I have [PHI redacted]"
        assert words[message.original].text == "I have an abscess"
        assert desks.a_message(tx, person).original is None


@pytest.mark.parametrize("withheld", [True, False])
def test_what_the_redactor_failed_on_waits_for_it(store: Vault, withheld: bool) -> None:  # noqa: FBT001
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        original = Plaintext("Ana's tooth")
        message = desks.a_message(tx, person, NOT_YET_REDACTED, original=original, redacted=False)
        assert [one.id for one in tx.messages.not_redacted(limit=5)] == [message.id]

        tx.messages.redacted(message, Plaintext("Ana's [PHI redacted]"), withheld=withheld)

        found = tx.messages.get(message.id)
        assert tx.messages.not_redacted(limit=5) == []
        assert tx.readings.one(READING, found.body).text == "Ana's [PHI redacted]"
        assert (found.original is not None) is withheld


def test_settling_a_thread_closes_what_waited_and_leaves_the_rest(store: Vault) -> None:
    with store.transaction() as tx:
        person, other = (desks.a_person(tx, store, number=number).id for number in ("+15125550101", "+15125550102"))
        new, held, answered, elsewhere = (desks.a_message(tx, one).id for one in (person, person, person, other))
        tx.messages.settle(held, MessageState.HELD)
        tx.messages.settle(answered, MessageState.ANSWERED)

        tx.messages.settle_thread(person)

        states = [tx.messages.get(one).state for one in (new, held, answered, elsewhere)]
        assert states == [MessageState.DONE, MessageState.DONE, MessageState.ANSWERED, MessageState.NEW]
        assert tx.messages.count(MessageState.DONE) == 2
        assert tx.messages.count() == 4


def test_a_message_that_is_not_there_is_named_by_id(store: Vault) -> None:
    with store.look() as tx, pytest.raises(MissingError, match="f" * 32):
        tx.messages.get(MessageId("f" * 32))
