"""States that were once found bad are well today; and one that is bad is kept so that it is found bad again."""

from pathlib import Path

import pytest

from tests.faults.cuts import ends, judged
from tests.faults.kept import CASES, faults_of, keep
from tests.faults.recorded import numbers
from tests.faults.recorder import Recording
from tests.faults.stocked import record_act, stock

pytestmark = pytest.mark.compiler


def test_each_state_that_was_once_bad_is_well(tmp_path: Path) -> None:
    cases = sorted(CASES.glob("*.tar.xz"))

    assert {case.name: faults_of(case, tmp_path / case.stem) for case in cases} == {case.name: [] for case in cases}


def test_a_bad_state_is_kept_with_what_was_known_and_found_bad_again(tmp_path: Path, quick_folder: Path) -> None:
    """Somebody was answered 200 whose text is nowhere."""
    stocked = stock(tmp_path / "house")

    def act() -> None:
        (stocked.home / "touched").write_text("x")
        Recording(stocked.home, tmp_path / "trace").mark(f"ack SMlost {numbers(1)[0]}")

    recorded = record_act(stocked, tmp_path, act, writes=False)
    (verdict, *_) = judged(recorded, ends(recorded), quick_folder)
    case = keep("evening", recorded, verdict, quick_folder, tmp_path / "cases")

    assert faults_of(case, tmp_path / "again") == list(verdict.faults) == ["lost: SMlost"]
