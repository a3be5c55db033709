"""Intake: once for ever, whatever is delivered how often; what must hold holds from the same transaction on."""

from functools import partial

import pytest

from appliance.intake.health_tag import tag_body
from appliance.intake.receive import LATE_AFTER_MS
from appliance.redaction.errors import RedactionError
from appliance.redaction.redactor import Redactor
from storage.audit.leaf import Action
from storage.messages import NOT_YET_REDACTED
from storage.meta import Meta
from storage.people import Attention, Rest
from storage.reading import Reading, Shown
from storage.vault import Vault
from tests.appliance.evening import Evening
from tests.desks import NUMBER
from tests.standins.clock import FixedClock
from tests.standins.signed import message_sid

READING = Reading("owner", Shown.THREAD, 1_800_000_000_000)


@pytest.fixture
def evening(vault: Vault, clock: FixedClock) -> Evening:
    return Evening(vault, clock)


def actions(vault: Vault, action: Action) -> int:
    with vault.look() as tx:
        return sum(f'"action":"{action.value}"' in tx.audit.leaf_body(i).decode() for i in range(tx.audit.count()))


def test_a_redelivered_text_is_stored_once(evening: Evening, vault: Vault) -> None:
    sid = message_sid()

    first, again = evening.receive("are you open?", sid=sid), evening.receive("are you open?", sid=sid)

    assert (first.messages, again.messages, again.duplicates) == (1, 0, 1)
    with vault.look() as tx:
        assert tx.messages.count() == 1
        assert tx.alerts.unseen() == []


def test_the_first_words_win_and_the_others_raise_an_alert(evening: Evening, vault: Vault) -> None:
    sid = message_sid()
    evening.receive("are you open?", sid=sid)

    evening.receive("send the money here", sid=sid)

    with vault.transaction() as tx:
        (person,) = tx.people.resting((Rest.WORKING,), limit=2)
        (message,) = tx.messages.thread(person.id)
        assert tx.readings.one(READING, message.body).text == "are you open?"
        assert [alert.code for alert in tx.alerts.unseen()] == ["same-id-other-words"]


def test_a_batch_that_was_imported_before_a_kill_is_not_imported_again(evening: Evening, vault: Vault) -> None:
    evening.receive("one")
    evening.letters = 0

    done = evening.receive("two, under a number that was imported already")

    assert done.messages == 0
    with vault.look() as tx:
        assert tx.meta.number(Meta.SPOOL_SEQUENCE) == 1


def test_an_unchecked_letter_with_a_wrong_signature_is_dropped_and_told(evening: Evening, vault: Vault) -> None:
    evening.genuine = False

    done = evening.receive("pay here", checked=False)

    assert (done.messages, done.refused) == (0, 1)
    with vault.look() as tx:
        assert [alert.code for alert in tx.alerts.unseen()] == ["forged-letter"]
    assert actions(vault, Action.REFUSED) == 1


def test_a_stop_holds_from_the_transaction_that_stored_it(evening: Evening, vault: Vault) -> None:
    evening.receive("STOP")

    with vault.look() as tx:
        assert tx.suppressions.of(vault.number_index(NUMBER)) is not None
        person = tx.people.find(vault.number_index(NUMBER))
        assert person is not None
        assert person.rest is Rest.STOPPED


def test_start_lifts_a_stop(evening: Evening, vault: Vault) -> None:
    evening.receive("STOP")

    evening.receive("START")

    with vault.look() as tx:
        assert tx.suppressions.of(vault.number_index(NUMBER)) is None


def test_an_emergency_is_at_the_top_before_any_run(evening: Evening, vault: Vault) -> None:
    evening.receive("my husband is not breathing")

    with vault.look() as tx:
        (first,) = tx.people.waiting(limit=1)
        assert first.attention is Attention.LIFE
        assert [alert.code for alert in tx.alerts.unseen()] == ["emergency-life"]


def test_what_waited_long_is_marked_late(evening: Evening, vault: Vault) -> None:
    evening.receive("are you open?", ago=LATE_AFTER_MS + 1)

    with vault.look() as tx:
        person = tx.people.find(vault.number_index(NUMBER))
        assert person is not None
        assert person.late


def test_health_details_are_sealed_apart_from_the_body(vault: Vault, clock: FixedClock) -> None:
    evening = Evening(vault, clock, tag=partial(tag_body, redactor=Redactor.load()))

    evening.receive("i have diabetes and take metformin 500 mg, can i come in?")

    with vault.transaction() as tx:
        person = tx.people.find(vault.number_index(NUMBER))
        assert person is not None
        (message,) = tx.messages.thread(person.id)
        assert message.original is not None
        words = tx.readings.open(READING, [message.body, message.original])
        assert "diabetes" not in words[message.body].text
        assert "[PHI redacted]" in words[message.body].text
        assert "diabetes" in words[message.original].text


class Broken(Redactor):
    def find(self, text: str) -> None:  # type: ignore[override]
        raise RedactionError("the artefact is gone")


@pytest.mark.parametrize("broken", [None, Broken.__new__(Broken)])
def test_a_redactor_that_fails_never_loses_a_text(vault: Vault, clock: FixedClock, broken: Redactor | None) -> None:
    evening = Evening(vault, clock, tag=partial(tag_body, redactor=broken))

    evening.receive("i have diabetes")

    with vault.transaction() as tx:
        (owed,) = tx.messages.not_redacted(limit=5)
        assert owed.original is not None
        words = tx.readings.open(READING, [owed.body, owed.original])
        assert words[owed.body].text == NOT_YET_REDACTED
        assert words[owed.original].text == "i have diabetes"
