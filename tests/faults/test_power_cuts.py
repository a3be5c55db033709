"""Power cuts in an evening of the real processes: nothing acknowledged is lost, nothing is sent twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.cuts import draw, judged
from tests.faults.draws import CUTS, tenth
from tests.faults.recorded import Recorded, an_evening, record

pytestmark = pytest.mark.compiler

KIND = "evening"
BLOCKS = 20
WITHOUT_SYNC = '''"""Makes the database of every process that finds this file forget to sync."""

import storage.driver as driver

driver._AFTER_KEY = tuple(one.replace("synchronous = FULL", "synchronous = NORMAL") for one in driver._AFTER_KEY)
driver._TAKEN = {**driver._TAKEN, "synchronous": "1"}
'''


def test_no_power_cut_loses_a_text_or_sends_a_reply_twice(evening: Recorded, all_well: Callable[..., None]) -> None:
    all_well(KIND, evening, draw(evening, count=tenth(CUTS[KIND]), seed=1))


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
def test_none_of_thousands_of_power_cuts_does(evening: Recorded, all_well: Callable[..., None], block: int) -> None:
    all_well(KIND, evening, draw(evening, count=CUTS[KIND] // BLOCKS, seed=1000 + block))


@pytest.mark.long
def test_the_same_cuts_do_harm_when_the_database_does_not_sync_each_change(
    tmp_path: Path, quick_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the replay can tell: kill -9 alone would show nothing here."""
    (tmp_path / "patch").mkdir()
    (tmp_path / "patch" / "sitecustomize.py").write_text(WITHOUT_SYNC)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "patch"))

    careless = record(tmp_path / "evening", an_evening)
    bad = [one for one in judged(careless, draw(careless, count=25, seed=1), quick_folder) if one.faults]

    assert bad, "a database that forgets must be found out"
