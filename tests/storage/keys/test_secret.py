import copy
import pickle

import pytest

from storage.errors import LockedError
from storage.keys.secret import SecretBytes


def test_a_secret_shows_its_length_and_nothing_else() -> None:
    secret = SecretBytes(b"hush-hush")

    assert repr(secret) == str(secret) == f"{secret}" == "SecretBytes(9 bytes)"
    assert len(secret) == 9


def test_a_secret_is_neither_pickled_nor_copied() -> None:
    secret = SecretBytes(b"hush-hush")

    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(secret)


def test_a_secret_has_no_hash_that_a_set_could_keep() -> None:
    with pytest.raises(TypeError):
        hash(SecretBytes(b"hush-hush"))


def test_secrets_are_equal_by_their_bytes_and_to_nothing_else() -> None:
    assert SecretBytes(b"one") == SecretBytes(bytearray(b"one"))
    assert SecretBytes(b"one") != SecretBytes(b"two")
    assert SecretBytes(b"one") != b"one"


def test_a_wiped_secret_is_zeros_and_never_passes_for_a_key() -> None:
    secret = SecretBytes(b"hush-hush")

    secret.wipe()

    assert bytes(secret._bytes) == bytes(9)
    with pytest.raises(LockedError):
        secret.reveal()


def test_a_secret_keeps_its_own_copy_of_what_it_was_made_from() -> None:
    source = bytearray(b"hush-hush")
    secret = SecretBytes(source)

    source[:] = bytes(9)

    assert secret.reveal() == b"hush-hush"
