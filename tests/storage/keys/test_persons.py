import pytest

from storage.errors import LockedError, SealError
from storage.keys.keytable import KeyName, KeyState, new_key
from storage.keys.persons import new_dek, unwrap, wrap

KEK = new_key(KeyName.PKEK, generation=1, state=KeyState.ACTIVE, now=0)
OTHER = new_key(KeyName.PKEK, generation=2, state=KeyState.PENDING, now=0)


def test_a_person_key_comes_back_from_its_wrapping() -> None:
    dek = new_dek()

    wrapped = wrap(dek, KEK)

    assert len(wrapped) == 40
    assert dek.reveal() not in wrapped
    assert unwrap(wrapped, KEK) == dek


def test_person_keys_never_repeat() -> None:
    assert len({new_dek().reveal() for _ in range(1000)}) == 1000


def test_a_person_key_opens_with_the_kek_that_wrapped_it_only() -> None:
    with pytest.raises(SealError) as caught:
        unwrap(wrap(new_dek(), KEK), OTHER)

    assert OTHER.id in caught.value.sentence


def test_every_flipped_bit_and_every_other_length_is_refused() -> None:
    wrapped = wrap(new_dek(), KEK)

    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealError):
            unwrap(bytes(changed), KEK)
    for length in (0, 1, 8, 16, 24, 32, 39, 41, 48):
        with pytest.raises(SealError):
            unwrap(wrapped[:length].ljust(length, b"\0"), KEK)


def test_a_wiped_kek_wraps_nothing() -> None:
    kek = new_key(KeyName.PKEK, generation=3, state=KeyState.RETIRED, now=0)
    kek.secret.wipe()

    with pytest.raises(LockedError):
        wrap(new_dek(), kek)
