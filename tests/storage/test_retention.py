"""Words past their time go, what is known about them stays; nothing that is still needed is touched."""

import pytest

from storage.alerts import AlertKind
from storage.drafts import DraftState
from storage.ledger import NewEntry
from storage.messages import MessageId, MessageState
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.replies import ReplyId, ReplyState
from storage.retention import Kept, Past
from storage.runs import Run, RunId
from storage.vault import Transaction, Vault
from tests.desks import NOW, a_message, a_person, a_reply

DAY = 24 * 60 * 60 * 1000
LATER = NOW + 100 * DAY


def _handled(
    tx: Transaction, vault: Vault, body: str = "Is Tuesday free?", *, at: int = NOW, **other: object
) -> MessageId:
    message = a_message(tx, a_person(tx, vault).id, body, received_at=at, **other)
    tx.messages.settle(message.id, MessageState.ANSWERED)
    return message.id


def _remove(tx: Transaction, kept: Kept, *, before: int, archive: str | None = None) -> list[Past]:
    found = tx.retention.past(kept, before=before, limit=100)
    tx.retention.remove(kept, found, at=LATER, archive=archive)
    return found


def test_a_removed_message_keeps_everything_but_its_words(vault: Vault) -> None:
    with vault.transaction() as tx:
        message = _handled(tx, vault, original=Plaintext("My knee hurts. Is Tuesday free?"))
        before = tx.messages.get(message)

        _remove(tx, Kept.MESSAGES, before=NOW + 1)

        after = tx.messages.get(message)
        assert after.body.removed
        assert after.original is None
        assert (after.body_digest, after.body_removed_at) == ("", LATER)
        kept = ("id", "person", "account", "provider_id", "state", "received_at", "imported_at", "arrival", "language")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
        assert tx.messages.by_provider_id(after.account, after.provider_id) == after


def test_a_removed_body_reads_as_empty_and_writes_no_leaf_of_its_own(vault: Vault) -> None:
    with vault.transaction() as tx:
        message = _handled(tx, vault)
        _remove(tx, Kept.MESSAGES, before=NOW + 1)
        leaves = tx.audit.count()

        words = tx.readings.one(Reading("owner", Shown.THREAD, LATER), tx.messages.get(message).body)

        assert words == Plaintext("")
        assert tx.audit.count() == leaves


def test_a_reading_of_both_kinds_opens_what_is_there(vault: Vault) -> None:
    with vault.transaction() as tx:
        old, new = _handled(tx, vault, "old"), _handled(tx, vault, "new", at=NOW + DAY)
        _remove(tx, Kept.MESSAGES, before=NOW + 1)
        shut = [tx.messages.get(one).body for one in (old, new)]

        words = tx.readings.open(Reading("owner", Shown.THREAD, LATER), shut)

        assert [words[one].text for one in shut] == ["", "new"]


@pytest.mark.parametrize(("at", "goes"), [(NOW - 1, True), (NOW, False), (NOW + 1, False)])
def test_the_boundary_itself_is_not_past(vault: Vault, *, at: int, goes: bool) -> None:
    with vault.transaction() as tx:
        message = _handled(tx, vault, at=at)

        _remove(tx, Kept.MESSAGES, before=NOW)

        assert tx.messages.get(message).body.removed is goes


def test_a_message_that_no_run_has_handled_keeps_its_words(vault: Vault) -> None:
    with vault.transaction() as tx:
        message = a_message(tx, a_person(tx, vault).id)

        _remove(tx, Kept.MESSAGES, before=LATER)

        assert not tx.messages.get(message.id).body.removed


@pytest.mark.parametrize("state", list(ReplyState))
def test_a_reply_keeps_its_words_until_its_fate_is_known(vault: Vault, state: ReplyState) -> None:
    with vault.transaction() as tx:
        reply = a_reply(tx, a_person(tx, vault).id)
        tx.replies.move(reply.id, state, at=NOW)

        _remove(tx, Kept.REPLIES, before=LATER)

        unsettled = state in {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN}
        assert tx.replies.get(ReplyId(reply.id)).body.removed is not unsettled


def test_one_that_came_into_use_since_it_was_found_stays(vault: Vault) -> None:
    with vault.transaction() as tx:
        reply = a_reply(tx, a_person(tx, vault).id)
        tx.replies.move(reply.id, ReplyState.UNDELIVERED, at=NOW)
        found = tx.retention.past(Kept.REPLIES, before=LATER, limit=10)
        tx.replies.move(reply.id, ReplyState.QUEUED, at=NOW)

        assert tx.retention.remove(Kept.REPLIES, found, at=LATER) == 0


def test_nothing_is_removed_twice(vault: Vault) -> None:
    with vault.transaction() as tx:
        _handled(tx, vault)
        found = _remove(tx, Kept.MESSAGES, before=LATER)

        assert tx.retention.remove(Kept.MESSAGES, found, at=LATER + 1) == 0
        assert tx.retention.past(Kept.MESSAGES, before=LATER, limit=10) == []


def test_drafts_prompts_and_departures_lose_their_words_too(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = a_person(tx, vault)
        message = _handled(tx, vault)
        run = Run(RunId("1" * 32), person.id, message, "message", "held", (), "offline", NOW, NOW)
        tx.runs.add(run, prompt=Plaintext("Is [DATE_1] free?"))
        draft = tx.drafts.add(person.id, message, run.id, Plaintext("It is."), reason="guard", at=NOW)
        about = ("model", "redacted-thread", "https", "model.example", 443, None, person.id, run.id, "POST", "/v1", 9)
        entry = tx.ledger.begin(NewEntry(NOW, *about, "0" * 64, Plaintext("the prompt")))

        for kept in (Kept.DRAFTS, Kept.PROMPTS, Kept.DEPARTURES):
            _remove(tx, kept, before=LATER)

        after = tx.drafts.get(draft.id)
        assert after.body.removed
        assert after.state is DraftState.OPEN
        kept_run = tx.runs.of_message(message)
        assert kept_run is not None
        assert (kept_run.prompt, kept_run.body_removed_at) == (None, LATER)
        assert (tx.ledger.get(entry).body, tx.ledger.get(entry).body_removed_at) == (None, LATER)
        assert tx.ledger.get(entry).digest == "0" * 64


def test_runs_and_alerts_go_whole(vault: Vault) -> None:
    with vault.transaction() as tx:
        message = _handled(tx, vault)
        tx.runs.add(Run(RunId("1" * 32), a_person(tx, vault).id, message, "message", "held", (), "offline", NOW, NOW))
        tx.alerts.raise_(AlertKind.SECURITY, "barrier-refused", at=NOW)

        for kept in (Kept.RUNS, Kept.ALERTS):
            assert len(_remove(tx, kept, before=LATER)) == 1

        assert tx.runs.of_message(message) is None
        assert tx.alerts.unseen() == []


def test_a_dry_look_counts_and_changes_nothing(vault: Vault) -> None:
    with vault.transaction() as tx:
        for day in range(5):
            _handled(tx, vault, at=NOW + day * DAY)

        waiting = tx.retention.waiting(Kept.MESSAGES, before=NOW + 2 * DAY)

        assert (waiting.past, waiting.oldest) == (2, NOW)
        assert tx.retention.waiting(Kept.MESSAGES, before=NOW + 2 * DAY) == waiting


def test_what_hid_words_and_the_line_of_the_inbox_go_with_them(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = a_person(tx, vault)
        tx.people.preview(person.id, Plaintext("Is [DATE_1] free?"))
        tx.placeholders.put(person.id, Plaintext("{}"), at=NOW)

        _remove(tx, Kept.PREVIEWS, before=LATER)
        tx.retention.forget_placeholders([person.id])

        assert tx.people.get(person.id).preview is None
        assert tx.people.get(person.id).number == person.number
        assert tx.placeholders.of(person.id) is None
