"""Suppressions: a stop holds until it is lifted, and can be said again."""

from storage.suppressions import StopSource, Suppression
from storage.vault import Vault
from tests import desks


def test_a_stop_holds_until_it_is_lifted_and_can_be_said_again(store: Vault) -> None:
    index = store.number_index(desks.NUMBER)
    with store.transaction() as tx:
        assert tx.suppressions.of(index) is None
        tx.suppressions.stop(index, StopSource.TEXT, at=desks.NOW)
        assert tx.suppressions.of(index) == Suppression(StopSource.TEXT, desks.NOW)

        assert tx.suppressions.lift(index, at=desks.NOW + 1)
        assert tx.suppressions.of(index) is None
        assert not tx.suppressions.lift(index, at=desks.NOW + 2)

        tx.suppressions.stop(index, StopSource.CARRIER, at=desks.NOW + 3)
        assert tx.suppressions.of(index) == Suppression(StopSource.CARRIER, desks.NOW + 3)
        assert tx.suppressions.count() == 1


def test_the_first_stop_is_the_one_that_is_remembered(store: Vault) -> None:
    index = store.number_index(desks.NUMBER)
    with store.transaction() as tx:
        tx.suppressions.stop(index, StopSource.TEXT, at=desks.NOW)
        tx.suppressions.stop(index, StopSource.CARRIER, at=desks.NOW + 9)

        assert tx.suppressions.of(index) == Suppression(StopSource.TEXT, desks.NOW)


def test_a_stop_is_of_one_number_and_needs_no_person(store: Vault) -> None:
    with store.transaction() as tx:
        tx.suppressions.stop(store.number_index(desks.NUMBER), StopSource.STAFF, at=desks.NOW)

        assert tx.suppressions.of(store.number_index("+15125550199")) is None
        assert tx.people.count() == 0
