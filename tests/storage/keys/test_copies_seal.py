import pytest

from storage.errors import DamagedError
from storage.keys import agekeys
from storage.keys.copies_seal import CopiesSeal
from storage.keys.secret import SecretBytes


def seal(byte: int = 1, desk: str = "maple") -> CopiesSeal:
    return CopiesSeal(SecretBytes(bytes([byte]) * 32), desk=desk)


def test_the_same_root_opens_what_it_sealed_and_no_other_root_or_desk_does() -> None:
    sealed = seal().seal(b"pages")

    assert seal().open(sealed) == b"pages"
    for other in (seal(2), seal(desk="oak")):
        with pytest.raises(DamagedError):
            other.open(sealed)


def test_what_somebody_else_sealed_for_us_is_not_taken_for_ours() -> None:
    ours = seal()
    forged = agekeys.seal_to([ours._recipient], b"0" * 64 + b"a set of mine")

    assert ours.proven(ours.signed(b"a set")) == b"a set"
    with pytest.raises(DamagedError):
        ours.proven(forged)
