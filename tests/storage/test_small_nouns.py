"""Runs, permissions, placeholder maps, credentials and facts about the store."""

import pytest
from sqlalchemy import select

from storage.credentials import CredentialName, credentials
from storage.database import look, write
from storage.errors import SealError
from storage.ids import new_id
from storage.keys.secret import SecretBytes
from storage.meta import Meta
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.runs import Run, RunId, Step
from storage.vault import Vault
from tests import desks

READING = Reading("owner", Shown.THREAD, desks.NOW)
GRANT = {"scheme": "https", "host": "api.example.com", "port": 443, "purpose": "model", "data": "redacted-words"}


def test_a_run_is_kept_with_its_steps_and_what_the_drafter_was_shown(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        steps = (Step("redact", "done", desks.NOW), Step("decide", "held", desks.NOW + 1))
        run = Run(RunId(new_id()), person, new_id(), "message", "held", steps, "offline", desks.NOW, desks.NOW + 2)

        tx.runs.add(run, prompt=Plaintext("[NAME_1] asks"))
        tx.runs.add(Run(RunId(new_id()), person, new_id(), "message", "sent", (), "none", desks.NOW + 3, desks.NOW + 4))

        first, second = tx.runs.thread(person)
        assert (first.id, first.steps, first.outcome) == (run.id, steps, "held")
        assert first.prompt is not None
        assert tx.readings.one(READING, first.prompt).text == "[NAME_1] asks"
        assert second.prompt is None
        assert tx.runs.thread(person, limit=1) == [second]


def test_a_permission_stands_until_it_is_withdrawn(store: Vault) -> None:
    with store.transaction() as tx:
        granted = tx.permissions.grant(**GRANT, by="owner", at=desks.NOW)  # type: ignore[arg-type]
        assert [one.id for one in tx.permissions.standing()] == [granted]
        assert [one.id for one in tx.permissions.standing("model")] == [granted]
        assert tx.permissions.standing("carrier") == []

        assert tx.permissions.revoke(granted, by="owner", at=desks.NOW + 1)

        assert tx.permissions.standing() == []
        assert not tx.permissions.revoke(granted, by="owner", at=desks.NOW + 2)


def test_a_placeholder_map_is_one_a_person_and_replaced_whole(store: Vault) -> None:
    with store.transaction() as tx:
        person = desks.a_person(tx, store).id
        assert tx.placeholders.of(person) is None
        for content in ('{"[NAME_1]": "Ana"}', '{"[NAME_1]": "Ana", "[NAME_2]": "Ben"}'):
            tx.placeholders.put(person, Plaintext(content), at=desks.NOW)

        kept = tx.placeholders.of(person)

        assert kept is not None
        assert "Ben" in tx.readings.one(READING, kept).text
        assert "Ana" not in repr(kept)


def test_a_credential_is_sealed_replaced_and_forgets_nothing(store: Vault) -> None:
    with store.transaction() as tx:
        assert tx.credentials.get(CredentialName.MODEL_KEY) is None
        assert tx.credentials.since(CredentialName.MODEL_KEY) is None
        for at, secret in ((desks.NOW, b"first secret"), (desks.NOW + 1, b"second \xff\x00 secret")):
            tx.credentials.put(CredentialName.MODEL_KEY, SecretBytes(secret), at=at)

        found = tx.credentials.get(CredentialName.MODEL_KEY)

        assert found is not None
        assert found.reveal() == b"second \xff\x00 secret"
        assert tx.credentials.since(CredentialName.MODEL_KEY) == desks.NOW + 1
    with look(store._desk) as connection:
        assert b"secret" not in connection.execute(select(credentials.c.sealed)).scalar_one()


def test_a_credential_moved_to_another_name_does_not_open(store: Vault) -> None:
    with store.transaction() as tx:
        tx.credentials.put(CredentialName.MODEL_KEY, SecretBytes(b"secret"), at=desks.NOW)
    with write(store._desk) as connection:
        connection.execute(credentials.update().values(name=CredentialName.CARRIER_TOKEN))

    with store.look() as tx, pytest.raises(SealError):
        tx.credentials.get(CredentialName.CARRIER_TOKEN)


def test_a_fact_is_replaced_and_has_a_default(store: Vault) -> None:
    with store.transaction() as tx:
        assert tx.meta.number(Meta.SPOOL_SEQUENCE) == 0
        assert tx.meta.get(Meta.SPOOL_SEQUENCE) is None
        for sequence in (7, 2**53):
            tx.meta.put(Meta.SPOOL_SEQUENCE, sequence)

        assert tx.meta.number(Meta.SPOOL_SEQUENCE) == 2**53
        assert tx.meta.get(Meta.SPOOL_SEQUENCE) == str(2**53)
