"""People: found by blind index, made once, and in the order in which they need somebody."""

import pytest

from storage.errors import MissingError, SealError
from storage.people import Attention, PersonId, Rest
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.seals import Sealed
from storage.vault import Vault
from tests import desks
from tests.at_once import at_once

READING = Reading("owner", Shown.THREAD, desks.NOW)
NUMBERS = [f"+151255501{end:02}" for end in range(20)]


def test_a_number_is_the_same_person_each_time(store: Vault) -> None:
    with store.transaction() as tx:
        first = desks.a_person(tx, store)
    with store.transaction() as tx:
        second = desks.a_person(tx, store, at=desks.NOW + 1)

        assert second == first
        assert tx.people.count() == 1


def test_twenty_threads_that_meet_a_new_number_make_one_person(store: Vault) -> None:
    def meet(_: int) -> str:
        with store.transaction() as tx:
            return desks.a_person(tx, store).id

    found = at_once(20, meet)

    assert len(set(found)) == 1
    with store.look() as tx:
        assert tx.people.count() == 1


def test_number_and_name_are_read_back_and_nowhere_in_the_row(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store)
        tx.people.name(person.id, Plaintext("Ana Ruiz"))
        person = tx.people.get(person.id)

        assert person.name is not None
        words = tx.readings.open(READING, [person.number, person.name])
        assert [one.text for one in words.values()] == [desks.NUMBER, "Ana Ruiz"]
        assert desks.NUMBER not in repr(person)
        assert "Ana" not in repr(person) + repr(words)


def test_a_name_moved_to_another_person_does_not_open(store: Vault) -> None:
    with store.transaction() as tx:
        ana, ben = (desks.a_person(tx, store, number=number) for number in NUMBERS[:2])
        moved = Sealed("people", "number", ben.id, ben.id, ana.number.envelope)

        with pytest.raises(SealError):
            tx.readings.one(READING, moved)


def test_a_number_in_the_column_of_a_name_does_not_open(store: Vault) -> None:
    with store.transaction() as tx:
        ana = desks.a_person(tx, store)
        moved = Sealed("people", "name", ana.id, ana.id, ana.number.envelope)

        with pytest.raises(SealError):
            tx.readings.one(READING, moved)


def test_the_blind_index_tells_equal_from_unequal_and_shows_no_digit(store: Vault) -> None:
    one, same, other = (store.number_index(number) for number in (desks.NUMBER, desks.NUMBER, NUMBERS[0]))

    assert one == same != other
    assert desks.NUMBER[2:] not in one


def test_what_needs_somebody_comes_first_and_then_the_newest(store: Vault) -> None:
    needs = [Attention.SOON, Attention.LIFE, Attention.DRAFT, Attention.DRAFT, Attention.NONE]
    with store.transaction() as tx:
        people = [desks.a_person(tx, store, number=number) for number in NUMBERS[: len(needs)]]
        for place, (person, need) in enumerate(zip(people, needs, strict=True)):
            tx.people.wrote(person.id, at=desks.NOW + place, language="en", late=False, health=False)
            tx.people.needs(person.id, need)

        waiting = [person.id for person in tx.people.waiting(limit=10)]

        assert waiting == [people[place].id for place in (1, 3, 2, 0)]
        assert tx.people.count_waiting() == 4
        assert [person.id for person in tx.people.waiting(limit=2)] == waiting[:2]


def test_a_need_is_raised_and_never_lowered_but_by_a_person(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        tx.people.needs(person, Attention.URGENT)
        tx.people.needs(person, Attention.SOON)
        assert tx.people.get(person).attention is Attention.URGENT

        tx.people.settle(person, Attention.NONE, Rest.SET_ASIDE)

        assert tx.people.get(person).attention is Attention.NONE
        assert tx.people.waiting(limit=5) == []


def test_threads_at_rest_are_listed_newest_first_over_all_kinds_asked_for(store: Vault) -> None:
    rests = [Rest.ANSWERED, Rest.WORKING, Rest.JUNK, Rest.ANSWERED]
    with store.transaction() as tx:
        people = [desks.a_person(tx, store, number=number) for number in NUMBERS[: len(rests)]]
        for place, (person, rest) in enumerate(zip(people, rests, strict=True)):
            tx.people.wrote(person.id, at=desks.NOW + place, language="en", late=False, health=False)
            tx.people.rests(person.id, rest)

        shown = tx.people.resting((Rest.ANSWERED, Rest.WORKING), limit=2)

        assert [person.id for person in shown] == [people[3].id, people[1].id]
        assert tx.people.count_resting((Rest.ANSWERED, Rest.WORKING)) == 3


def test_writing_moves_the_thread_up_and_counts(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        tx.people.rests(person, Rest.SET_ASIDE)
        for more in (1, 2):
            tx.people.wrote(person, at=desks.NOW + more, language="es", late=True, health=True)
        tx.people.preview(person, Plaintext("[NAME_1] asks about Sunday"))

        found = tx.people.get(person)

        assert (found.texts, found.last_at, found.language, found.rest) == (2, desks.NOW + 2, "es", Rest.WORKING)
        assert found.late
        assert found.health
        assert found.preview is not None
        assert tx.readings.one(READING, found.preview).text == "[NAME_1] asks about Sunday"


def test_a_person_who_is_not_there_is_named_by_id(store: Vault) -> None:
    with store.look() as tx, pytest.raises(MissingError, match="f" * 32):
        tx.people.get(PersonId("f" * 32))
