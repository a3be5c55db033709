"""Reasons beside the leaf: sealed, readable with a leaf of its own, and gone for good when they are erased."""

import hashlib
import json

import pytest
from sqlalchemy import text

from storage.audit.checkpoint import sign
from storage.errors import MissingError, SealError
from storage.keys.keytable import KeyName
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.sample import sealed_values
from storage.vault import Transaction, Vault
from tests import desks

WORDS = "Ana Ruiz called back about her tooth"
NOW = desks.NOW


def _revealed(tx: Transaction, vault: Vault, *numbers: str, reason: str = WORDS) -> str:
    """Somebody read a text of each; the digest in the leaf."""
    people = [desks.a_person(tx, vault, number=number) for number in numbers]
    bodies = [desks.a_message(tx, person.id).body for person in people]
    tx.readings.open(Reading("owner", Shown.ORIGINAL, NOW, reason=reason), bodies)
    digest: str = json.loads(tx.audit.leaf_body(tx.audit.count() - 1))["detail"]["reason_digest"]
    return digest


def test_a_reason_is_read_back_with_a_leaf_of_its_own(store: Vault) -> None:
    with store.transaction() as tx:
        digest = _revealed(tx, store, desks.NUMBER)
        before = tx.audit.count()

        assert tx.readings.reason(digest, reader="owner", at=NOW).text == WORDS

        assert tx.audit.count() == before + 1
        assert WORDS not in tx.audit.leaf_body(before - 1).decode()


def test_the_same_reason_twice_has_two_digests(store: Vault) -> None:
    with store.transaction() as tx:
        assert _revealed(tx, store, desks.NUMBER) != _revealed(tx, store, desks.NUMBER)


def test_the_digest_is_that_of_salt_and_words_and_neither_lies_in_the_clear(vault: Vault) -> None:
    with vault.transaction() as tx:
        digest = _revealed(tx, vault, desks.NUMBER)
        kept = tx.readings.reason(digest, reader="owner", at=NOW)
        row = tx.reasons._connection.execute(text("SELECT * FROM reasons")).all()

    assert digest != hashlib.sha256(kept.text.encode()).hexdigest()
    assert WORDS.encode() not in b"".join(bytes(str(one), "utf-8") for one in row)
    assert WORDS not in repr(Reading("owner", Shown.ORIGINAL, NOW, reason=WORDS))


def test_erasing_a_person_destroys_the_reasons_about_them_and_leaves_the_log_whole(store: Vault) -> None:
    with store.transaction() as tx:
        other = _revealed(tx, store, "+15125550124")
        both = _revealed(tx, store, desks.NUMBER, "+15125550124")
        digest = _revealed(tx, store, desks.NUMBER)
        sign(tx.audit, store.keys.signer(), NOW)

        assert tx.reasons.erase_of(desks.a_person(tx, store).id) == 2

        for gone in (digest, both):
            with pytest.raises(MissingError, match="erased"):
                tx.readings.reason(gone, reader="owner", at=NOW)
        assert tx.readings.reason(other, reader="owner", at=NOW).text == WORDS
        assert tx.audit.check(*store.keys.audit_public_keys()).signed == 3
        assert tx.reasons.count() == 1


def test_a_reason_about_nobody_is_sealed_with_the_vault_key(store: Vault) -> None:
    with store.transaction() as tx:
        digest = tx.reasons.keep(Plaintext(WORDS), (), at=NOW)

        assert tx.readings.reason(digest, reader="owner", at=NOW).text == WORDS
        assert tx.reasons.erase_of("") == 1


def test_what_is_nobodys_can_be_sealed_with_a_newer_vault_key(vault: Vault) -> None:
    key = vault.keys.key(KeyName.VAULT)
    with vault.transaction() as tx:
        digest = tx.reasons.keep(Plaintext(WORDS), (), at=NOW)
        before = tx.reasons._row(digest, "", Plaintext(WORDS), NOW)["vault_sealed"]

        assert tx.reasons.reseal() == 1

        assert tx.readings.reason(digest, reader="owner", at=NOW).text == WORDS
    assert isinstance(before, bytes)
    assert bytes.fromhex(key.id) in before


def test_a_reason_put_beside_another_leaf_is_not_taken_for_it(vault: Vault) -> None:
    with vault.transaction() as tx:
        one, two = (_revealed(tx, vault, desks.NUMBER, reason=words) for words in ("first", "second"))
        connection = tx.reasons._connection
        connection.execute(text("DELETE FROM reasons WHERE digest = :d"), {"d": two})
        connection.execute(text("UPDATE reasons SET digest = :two WHERE digest = :one"), {"one": one, "two": two})

        with pytest.raises(SealError):
            tx.readings.reason(two, reader="owner", at=NOW)


def test_words_that_do_not_fit_their_digest_are_refused(vault: Vault) -> None:
    with vault.transaction() as tx:
        digest = tx.reasons.keep(Plaintext(WORDS), (), at=NOW)
        other = tx.reasons._vault_seal(digest, Plaintext("00" * 32 + "another reason"))
        tx.reasons._connection.execute(
            text("UPDATE reasons SET vault_sealed = :v WHERE digest = :d"), {"v": other, "d": digest}
        )

        with pytest.raises(SealError, match="digest"):
            tx.readings.reason(digest, reader="owner", at=NOW)


def test_old_reasons_can_be_let_go(store: Vault) -> None:
    with store.transaction() as tx:
        _revealed(tx, store, desks.NUMBER)

        assert tx.reasons.erase_before(NOW) == 0
        assert tx.reasons.erase_before(NOW + 1) == 1


def test_a_check_of_all_seals_opens_them_too(vault: Vault) -> None:
    with vault.transaction() as tx:
        _revealed(tx, vault, desks.NUMBER)

    sealed = [one for one in sealed_values(vault, full=True) if one.table == "reasons"]
    assert len(sealed) == 1
    vault.prove(sealed[0])
