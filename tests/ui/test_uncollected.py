import gc
from collections.abc import Iterator

import pytest

from ui.uncollected import uncollected


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_garbage_is_looked_for_again_afterwards_and_not_among_what_was_made() -> None:
    with uncollected():
        assert not gc.isenabled()

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_garbage_is_looked_for_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="odd"), uncollected():
        raise ValueError("odd")

    assert gc.isenabled()
