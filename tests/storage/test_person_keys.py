"""Person keys: made once, committed before what they seal, wrapped in the file, gone for good once destroyed."""

import pytest
from sqlalchemy import update

from storage.database import look, write
from storage.errors import ExistsError, MissingError, SealError
from storage.keys.keytable import KeyName
from storage.person_keys import PersonKeys, person_keys
from storage.reading import Reading, Shown
from storage.vault import PERSONS_FILE, Vault
from tests import desks
from tests.at_once import at_once

PERSON = "a" * 32


def test_a_key_is_the_same_after_it_was_read_back(vault: Vault) -> None:
    made = vault.person_keys.make(PERSON, at=desks.NOW)

    again = PersonKeys(dict(vault.engines())[PERSONS_FILE], kek=vault.keys.key(KeyName.PKEK)).get(PERSON)

    assert (again.id, again.secret) == (made.id, made.secret)
    assert made.secret.reveal().hex() not in repr(made)


def test_a_second_key_for_a_person_is_refused(vault: Vault) -> None:
    results = at_once(8, lambda _: vault.person_keys.make(PERSON, at=desks.NOW))

    assert sum(isinstance(one, ExistsError) for one in results) == 7
    assert vault.person_keys.count() == 1


def test_the_file_holds_no_key_in_the_clear_even_inside_its_encryption(vault: Vault) -> None:
    made = vault.person_keys.make(PERSON, at=desks.NOW)

    with look(dict(vault.engines())[PERSONS_FILE]) as connection:
        row = connection.execute(person_keys.select()).one()
    assert made.secret.reveal() not in row.wrapped
    assert row.kek_id == vault.keys.key(KeyName.PKEK).id


def test_a_key_moved_under_another_kek_does_not_open(vault: Vault) -> None:
    vault.person_keys.make(PERSON, at=desks.NOW)

    with pytest.raises(SealError):
        PersonKeys(dict(vault.engines())[PERSONS_FILE], kek=vault.keys.key(KeyName.VAULT)).get(PERSON)


def test_the_key_stays_when_the_transaction_that_wanted_it_fails(vault: Vault) -> None:
    def act() -> None:
        with vault.transaction() as tx:
            desks.a_person(tx, vault)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    # One key too many harms nobody; one too few would lose words.
    assert vault.person_keys.count() == 1
    with vault.look() as tx:
        assert tx.people.count() == 0


def test_without_the_key_nothing_of_a_person_opens(vault: Vault) -> None:
    engine = dict(vault.engines())[PERSONS_FILE]
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault)
    with write(engine) as connection:
        connection.execute(update(person_keys).values(wrapped=None, destroyed_at=desks.NOW))
    vault.person_keys._opened.clear()

    with vault.transaction() as tx, pytest.raises(MissingError, match=person.id):
        tx.readings.one(Reading("owner", Shown.EXPORT, desks.NOW), person.number)
    assert vault.person_keys.count() == 0
