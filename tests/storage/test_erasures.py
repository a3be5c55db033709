"""Erasing in the vault: the key is destroyed, the tables hold nothing of the person, an older copy opens nothing."""

import shutil
from pathlib import Path

import pytest

from storage.database import look
from storage.erasures import Destroyed, Erasure, ErasureState
from storage.errors import ErasedError, MissingError
from storage.forgetting import forget_person
from storage.ids import new_id
from storage.jobs import JobKind
from storage.keys.keytable import KeyName
from storage.ledger import NewEntry
from storage.messages import AtCarrier
from storage.people import Attention, Person, PersonId, Rest
from storage.plaintext import Plaintext
from storage.reading import ERASED, Reading, Shown
from storage.redactions import CarrierAnswer
from storage.replies import ReplyState
from storage.runs import Run, RunId
from storage.sample import keyless, sealed_values
from storage.suppressions import StopSource
from storage.vault import PERSONS_FILE, Transaction, Vault
from tests import canaries, desks
from tests.in_pages import holds

AT = desks.NOW + 86_400_000
LATER = AT + 30 * 86_400_000


def a_thread(tx: Transaction, vault: Vault, *, number: str = desks.NUMBER) -> Person:
    """A person with one of everything."""
    person = desks.a_person(tx, vault, number=number)
    tx.people.name(person.id, Plaintext("Ana Ruiz"))
    tx.people.preview(person.id, Plaintext("[NAME_1] asks"))
    tx.people.needs(person.id, Attention.DRAFT)
    message = desks.a_message(tx, person.id, "quartz", original=Plaintext("quartz abscess"), body_digest="1" * 64)
    desks.a_message(tx, person.id, "zircon")
    reply = desks.a_reply(tx, person.id, "We open at eight.", message=message.id, body_digest="2" * 64)
    tx.replies.accepted(reply.id, account=desks.ACCOUNT, provider_id=f"SM{new_id()}")
    tx.replies.move(reply.id, ReplyState.SENDING, at=AT)
    waiting = desks.a_reply(tx, person.id, "And at nine.")
    tx.jobs.add(JobKind.SEND, waiting.id, due=AT, at=AT)
    tx.jobs.add(JobKind.ANSWER, message.id, due=AT, at=AT)
    tx.drafts.add(person.id, message.id, new_id(), Plaintext("Nine?"), reason="model", at=AT)
    run = Run(RunId(new_id()), person.id, message.id, "text", "held", (), "offline", AT, AT)
    tx.runs.add(run, prompt=Plaintext("[NAME_1] quartz"))
    tx.placeholders.put(person.id, Plaintext('{"NAME_1": "Ana"}'), at=AT)
    tx.ledger.begin(
        NewEntry(AT, "model", "words", "https", "model.example.com", 443, None, person.id, run.id, "POST", "/", 9,
                 "3" * 64, Plaintext("[NAME_1] quartz"))
    )  # fmt: skip
    return tx.people.get(person.id)


def ask(tx: Transaction, person: Person, *, due: int = AT) -> Erasure:
    return tx.erasures.ask(person, by="owner", at=AT, due=due, spool_through=7)


def test_a_request_is_found_by_person_and_by_when_it_is_due(vault: Vault) -> None:
    with vault.transaction() as tx:
        first = ask(tx, desks.a_person(tx, vault), due=LATER)
        second = ask(tx, desks.a_person(tx, vault, number="+15125550199"))

        assert [one.id for one in tx.erasures.due(now=AT)] == [second.id]
        assert [one.id for one in tx.erasures.waiting()] == [second.id, first.id]
        assert tx.erasures.of(first.person) == first
        assert tx.erasures.of(PersonId("0" * 32)) is None
        assert {one.id for one in tx.erasures.newest(limit=9)} == {first.id, second.id}
        assert (first.state(now=AT), first.state(now=LATER)) == (ErasureState.WAITING, ErasureState.ERASING)
        with pytest.raises(MissingError):
            tx.erasures.get(new_id())  # type: ignore[arg-type]


def test_undone_is_undone_and_asked_again_for_good_is_due_at_once(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)
        first = ask(tx, person, due=LATER)
        tx.erasures.undo(first.id, at=AT + 1)
        again = ask(tx, person, due=LATER)
        tx.erasures.bring_forward(again.id, due=AT)
        tx.erasures.bring_forward(first.id, due=AT)

        assert tx.erasures.get(first.id).state(now=LATER) is ErasureState.UNDONE
        assert [one.id for one in tx.erasures.due(now=AT)] == [again.id]


def test_who_is_leaving_is_out_of_sight_and_comes_back_as_they_were(vault: Vault) -> None:
    index = vault.number_index(desks.NUMBER)
    with vault.transaction() as tx:
        person = a_thread(tx, vault)
        tx.people.leave(person.id)
        tx.people.needs(person.id, Attention.LIFE)
        tx.people.rests(person.id, Rest.JUNK)
        tx.people.settle(person.id, Attention.LIFE, Rest.JUNK)

        assert tx.people.find(index) is None
        assert tx.people.waiting(limit=9) == []
        assert tx.people.get(person.id).gone
        assert [one.id for one in tx.people.leaving(index)] == [person.id]

        newcomer = desks.a_person(tx, vault, at=AT + 1)
        tx.people.come_back(person.id, person.attention, person.rest)

        assert tx.people.get(person.id) == person
        assert [one.id for one in tx.people.with_number(index)] == [newcomer.id, person.id]


def test_forgetting_leaves_counts_and_times_and_nothing_else(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = a_thread(tx, vault)
        tx.suppressions.stop(person.number_index, StopSource.TEXT, at=AT)
        erasure = ask(tx, person)

        assert forget_person(tx, erasure, at=AT) == Destroyed(2, 2, 1, 1, stop_kept=True)

        after = tx.people.get(person.id)
        assert (after.rest, after.number.envelope, after.name, after.preview) == (Rest.ERASED, b"", None, None)
        assert after.number_index != person.number_index
        assert tx.people.find(person.number_index) is None
        texts = tx.messages.thread(person.id)
        assert {(one.body.envelope, one.original, one.body_digest) for one in texts} == {(b"", None, "")}
        replies = tx.replies.thread(person.id)
        assert {(one.body.envelope, one.body_digest) for one in replies} == {(b"", "")}
        assert {one.state for one in replies} == {ReplyState.FAILED, ReplyState.REFUSED}
        assert {one.body.envelope for one in tx.drafts.thread(person.id)} == {b""}
        assert tx.drafts.open_count() == 0
        assert [one.prompt for one in tx.runs.thread(person.id)] == [None]
        assert [(one.body, one.digest) for one in tx.ledger.all_of(person.id)] == [(None, "")]
        assert tx.placeholders.of(person.id) is None
        assert tx.jobs.count() == 0
        # The stop holds for whoever has the number next.
        assert tx.suppressions.of(vault.number_index(desks.NUMBER)) is not None
        assert tx.redactions.counts(erasure.id) == {None: 3}


def test_an_erased_text_is_known_again_without_the_carriers_name_for_it(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)
        message = desks.a_message(tx, person.id, provider_id="SM1")
        desks.a_message(tx, person.id, provider_id="SM2")

        forget_person(tx, ask(tx, person), at=AT)

        again = tx.messages.by_provider_id(desks.ACCOUNT, "SM1")
        assert again is not None
        assert again.id == message.id
        assert again.provider_id == vault.provider_mark("SM1")
        assert tx.messages.known(desks.ACCOUNT, ["SM1", "SM2", "SM3"]) == {"SM1", "SM2"}


def test_no_key_no_words_and_pages_show_that_they_are_erased(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = a_thread(tx, vault)
        other = desks.a_person(tx, vault, number="+15125550199")

    assert vault.person_keys.destroy([person.id, person.id], at=AT) == 1
    assert vault.person_keys.destroy([person.id], at=AT + 1) == 0

    assert vault.person_keys.tombstones() == {person.id: AT}
    with vault.reading() as tx:
        sealed = [person.number, other.number]
        shown = tx.readings.open(Reading("owner", Shown.INBOX, AT), sealed)
        assert [shown[one] for one in sealed] == [ERASED, Plaintext("+15125550199")]
        for act in (Shown.SENDING, Shown.ANSWERING, Shown.EXPORT):
            with pytest.raises(ErasedError):
                tx.readings.open(Reading("owner", act, AT), sealed)
    with pytest.raises(ErasedError), vault.transaction() as tx:
        tx.people.name(person.id, Plaintext("Ana"))
    assert keyless(vault) == []
    assert {one.person for one in sealed_values(vault, full=True)} == {other.id}


def test_a_thread_that_was_reading_the_key_when_it_was_destroyed_does_not_keep_it(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)
    held = vault.person_keys.get(person.id)
    vault.person_keys.destroy([person.id], at=AT)

    vault.person_keys._opened[person.id] = held
    with pytest.raises(ErasedError):
        vault.person_keys.get(person.id)

    assert person.id not in vault.person_keys._opened


def test_a_key_that_could_not_be_destroyed_still_opens(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)

    def failing(*_: object) -> int:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(vault.person_keys, "_emptied", failing)
    with pytest.raises(OSError, match="input"):
        vault.person_keys.destroy([person.id], at=AT)

    assert vault.person_keys.get(person.id).secret.reveal()


def test_no_page_of_the_file_keeps_the_wrapped_key(vault: Vault) -> None:
    """Read past the database: pages in use, free pages, and what is left of its log."""
    path, key = vault.folder / PERSONS_FILE, vault.keys.key(KeyName.PDB).secret.reveal()
    with vault.transaction() as tx:
        people = [desks.a_person(tx, vault, number=f"+151255501{n:02}").id for n in range(40)]
    with look(dict(vault.engines())[PERSONS_FILE]) as connection:
        wrapped = connection.exec_driver_sql(
            "SELECT wrapped FROM person_keys WHERE person_id = ?", (people[7],)
        ).scalar_one()
    assert holds(path, key, wrapped)

    vault.person_keys.destroy([people[7]], at=AT)
    assert vault.empty_logs()

    assert not holds(path, key, wrapped)


def test_an_older_copy_of_the_data_opens_nothing_with_the_keys_of_today(tmp_path: Path) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    with desks.opened(folder) as vault, vault.transaction() as tx:
        person = a_thread(tx, vault)
        desks.a_message(tx, desks.a_person(tx, vault, number="+15125550199").id, "somebody else's")
    shutil.copy(folder / "desk.db", tmp_path / "older.db")
    with desks.opened(folder) as vault:
        with vault.transaction() as tx:
            erasure = ask(tx, person)
        vault.person_keys.destroy([person.id], at=AT)
        with vault.transaction() as tx:
            forget_person(tx, erasure, at=AT)
    shutil.copy(tmp_path / "older.db", folder / "desk.db")

    with desks.opened(folder) as vault:
        opening = {one.person for one in sealed_values(vault, full=True)}
        with vault.reading() as tx, pytest.raises(ErasedError):
            tx.readings.open(Reading("x", Shown.EXPORT, AT), [tx.people.get(person.id).number])

    assert person.id not in opening
    assert len(opening) == 1
    assert canaries.sightings(folder, ["quartz", "zircon", "Ana Ruiz"]) == []


def test_what_is_owed_after_an_erasure_is_paid_once(vault: Vault) -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)
        erasure = ask(tx, person)
        assert tx.erasures.owing_copies() == []
        tx.erasures.done(erasure.id, forget_person(tx, erasure, at=AT), leaf=3, at=AT)

        done = tx.erasures.get(erasure.id)
        assert done.state(now=AT) is ErasureState.ERASED
        assert done.destroyed == Destroyed(0, 0, 0, 0, stop_kept=False)
        assert tx.erasures.done_at_latest() == AT
        owing = (tx.erasures.owing_letters, tx.erasures.owing_rewrap, tx.erasures.owing_copies)
        assert [[one.id for one in owed()] for owed in owing] == [[erasure.id]] * 3

        tx.erasures.letters_struck(erasure.id, 2, at=None)
        assert tx.erasures.get(erasure.id).number_index == person.number_index
        tx.erasures.letters_struck(erasure.id, 1, at=AT + 1)
        tx.erasures.rewrapped(through=AT - 1, at=AT + 2)
        assert len(tx.erasures.owing_rewrap()) == 1
        tx.erasures.rewrapped(through=AT, at=AT + 2)
        assert tx.erasures.copies_replaced(AT - 1) == 0
        assert tx.erasures.copies_replaced(AT + 9, through=AT) == 1

        paid = tx.erasures.get(erasure.id)
        assert [owed() for owed in owing] == [[], [], []]
        assert (paid.letters, paid.spool_at, paid.number_index) == (3, AT + 1, None)
        assert (paid.rewrapped_at, paid.copies_replaced_at) == (AT + 2, AT + 9)


def test_the_carriers_name_of_a_text_goes_with_its_answer(vault: Vault) -> None:
    with vault.transaction() as tx:
        erasure = ask(tx, desks.a_person(tx, vault)).id
        texts = [AtCarrier(new_id(), desks.ACCOUNT, f"SM{n}") for n in range(3)]
        assert (tx.redactions.add(erasure, texts), tx.redactions.add(erasure, [])) == (3, 0)

        first, *_ = tx.redactions.owed(erasure, limit=1)
        tx.redactions.answered(first.id, CarrierAnswer.REFUSED, at=AT, code="20009")
        assert first.provider_id in {"SM0", "SM1", "SM2"}
        assert len(tx.redactions.owed(erasure, limit=9)) == 2
        assert tx.redactions.counts(erasure) == {CarrierAnswer.REFUSED: 1, None: 2}

        assert tx.redactions.give_up(erasure, at=AT) == 2
        assert tx.redactions.owed(erasure, limit=9) == []
    with look(dict(vault.engines())["desk.db"]) as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM redactions WHERE provider_id IS NOT NULL").scalar()
    assert left == 0
