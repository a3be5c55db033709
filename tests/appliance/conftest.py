"""What the verbs of the desk are tried on: a real vault in a folder of the test's own, and a clock moved by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.vault import Vault
from tests import desks
from tests.standins.clock import FixedClock


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with desks.a_vault(tmp_path / desks.DESK) as opened:
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(desks.NOW)
