"""What the tests of faults share: evenings of real processes, each recorded once a run."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.vault import Vault
from tests.faults.cuts import State, judged
from tests.faults.kept import keep
from tests.faults.recorded import Recorded, an_evening, record

Also = Callable[[Vault, Path], list[str]]


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


@pytest.fixture
def all_well(record_property: Callable[[str, object], None], quick_folder: Path) -> Callable[..., None]:
    """Asserts that states of one kind are well; one that is not is kept as a case."""

    def judges(kind: str, recorded: Recorded, states: list[State], also: Also = lambda _vault, _folder: []) -> None:
        before = len(recorded.well)
        bad = [one for one in judged(recorded, states, quick_folder, also=also) if one.faults]
        kept = [keep(kind, recorded, one, quick_folder).name for one in bad]
        record_property("states of the disk", len(states))
        record_property("of them different once opened", len(recorded.well) - before + len(bad))
        assert bad == [], kept

    return judges


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """For states that are judged by other means."""
    return lambda count: record_property("states of the disk", count)
