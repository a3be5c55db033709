"""What the tests of faults share: evenings of real processes, each recorded once a run."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.recorded import Recorded, an_evening, record


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """An ordinary evening, with a carrier that misbehaves and a core that is killed."""
    return record(tmp_path_factory.mktemp("evening"), an_evening)


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """A folder for disk states, in memory where that is possible: thousands of them are made and judged."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    made = Path(tempfile.mkdtemp(prefix="nightdesk-states-", dir=memory if memory.is_dir() else None))
    yield made
    shutil.rmtree(made, ignore_errors=True)
