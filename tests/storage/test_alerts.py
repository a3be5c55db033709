"""Alerts: counted up while nobody has seen them, told anew afterwards."""

from storage.alerts import AlertKind
from storage.vault import Vault
from tests import desks
from tests.at_once import at_once


def test_the_same_alert_is_counted_up_until_somebody_has_seen_it(store: Vault) -> None:
    with store.transaction() as tx:
        assert tx.alerts.raise_(AlertKind.STAFF, "model-down", subject="run", at=desks.NOW)
        assert not tx.alerts.raise_(AlertKind.STAFF, "model-down", subject="run", at=desks.NOW + 5, times=3)
        alert = tx.alerts.unseen()[0]
        assert (alert.count, alert.first_at, alert.last_at) == (4, desks.NOW, desks.NOW + 5)

        tx.alerts.seen(alert.id, at=desks.NOW + 6)

        assert tx.alerts.unseen() == []
        assert tx.alerts.raise_(AlertKind.STAFF, "model-down", subject="run", at=desks.NOW + 7)
        assert tx.alerts.count("model-down") == 5
        assert tx.alerts.count("never-told") == 0


def test_another_code_kind_or_subject_is_another_alert(store: Vault) -> None:
    with store.transaction() as tx:
        for kind, code, subject in (
            (AlertKind.STAFF, "a", "x"),
            (AlertKind.STAFF, "a", "y"),
            (AlertKind.STAFF, "b", "x"),
            (AlertKind.SECURITY, "a", "x"),
        ):
            assert tx.alerts.raise_(kind, code, subject=subject, at=desks.NOW)

        assert len(tx.alerts.unseen()) == 4


def test_what_was_about_one_subject_can_be_seen_at_once(store: Vault) -> None:
    with store.transaction() as tx:
        tx.alerts.raise_(AlertKind.STAFF, "a", subject="x", at=desks.NOW)
        tx.alerts.raise_(AlertKind.STAFF, "b", subject="x", at=desks.NOW)
        tx.alerts.raise_(AlertKind.STAFF, "a", subject="y", at=desks.NOW + 1)

        tx.alerts.seen_about("x", at=desks.NOW + 2)

        assert [alert.subject for alert in tx.alerts.unseen()] == ["y"]


def test_the_newest_are_shown_first_and_no_more_than_asked_for(store: Vault) -> None:
    with store.transaction() as tx:
        for n in range(5):
            tx.alerts.raise_(AlertKind.SECURITY, "forged", subject=str(n), at=desks.NOW + n)

        assert [alert.subject for alert in tx.alerts.unseen(limit=2)] == ["4", "3"]


def test_none_is_lost_when_twenty_threads_tell_it(store: Vault) -> None:
    def tell(_: int) -> bool:
        with store.transaction() as tx:
            return tx.alerts.raise_(AlertKind.SECURITY, "forged", at=desks.NOW)

    assert at_once(20, tell).count(True) == 1
    with store.look() as tx:
        assert [alert.count for alert in tx.alerts.unseen()] == [20]
