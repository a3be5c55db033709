from collections.abc import Iterator

import pytest

from tests.standins.doors import OpenDoor, open_door


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenDoor]:
    """One door for the tests of a file; it holds the token."""
    opened = open_door(tmp_path_factory.mktemp("door"))
    yield opened
    opened.handle.stop()
