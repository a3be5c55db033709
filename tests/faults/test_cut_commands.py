"""Power cuts while a command changes the desk: it is whole afterwards, as before the command or as after it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.cuts import draw, ends, judged, laid_out
from tests.faults.judge import Judge, Keys
from tests.faults.recorded import Recorded, desk_in, numbers
from tests.faults.stocked import Stocked, record_act, stock
from tests.journeys.house import PASSPHRASE, Said, nightdesk

pytestmark = pytest.mark.compiler

FEW, MANY = 4, 500
RESTORES = 40
GONE = numbers(2)[1]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    return stock(tmp_path_factory.mktemp("stocked") / "house")


def copy_of(stocked: Stocked, folder: Path) -> Stocked:
    return Stocked(Path(shutil.copytree(stocked.folder, folder)), stocked.sheet, stocked.canary, stocked.acks)


def well(said: Said) -> None:
    assert said.code == 0, said.err


ACTS: dict[str, Callable[[Stocked], tuple[str, ...]]] = {
    "rotation": lambda one: ("keys", "rotate", "--yes"),
    "rotation after a leak": lambda one: ("keys", "rotate", "--after-leak", "--yes"),
    "erasure": lambda one: ("person", "erase", GONE, "--yes"),
    "backup": lambda one: ("backup", "--to", str(one.folder / "place")),
}
KNOWN = {"erasure": f"erased {GONE}"}


@pytest.fixture(scope="module")
def recordings(stocked: Stocked, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recorded]:
    """Each command is recorded once."""
    made: dict[str, Recorded] = {}

    def recorded(name: str) -> Recorded:
        if name not in made:
            folder = tmp_path_factory.mktemp("command")
            own = copy_of(stocked, folder / "house")
            (own.folder / "place").mkdir()
            words = ACTS[name](own)
            made[name] = record_act(own, folder, lambda: well(own.command(*words)), mark=KNOWN.get(name, ""))
        return made[name]

    return recorded


@pytest.mark.parametrize("name", ["rotation", "erasure"])
def test_the_desk_is_whole_after_a_power_cut_in(
    name: str, recordings: Callable[[str], Recorded], quick_folder: Path
) -> None:
    recorded = recordings(name)

    states = draw(recorded, count=FEW, seed=1)
    assert [one for one in judged(recorded, states, quick_folder, deep_each=1) if one.faults] == []


@pytest.mark.long
@pytest.mark.parametrize("name", ACTS)
def test_the_desk_is_whole_after_any_of_many_power_cuts_in(
    name: str, recordings: Callable[[str], Recorded], quick_folder: Path
) -> None:
    recorded = recordings(name)

    states = draw(recorded, count=MANY, seed=2) + ends(recorded)
    assert [one for one in judged(recorded, states, quick_folder, deep_each=1) if one.faults] == []


@pytest.mark.long
def test_a_desk_is_brought_back_or_can_be_again_after_a_power_cut_in_restore(
    stocked: Stocked, tmp_path: Path, quick_folder: Path
) -> None:
    own = copy_of(stocked, tmp_path / "house")
    place = own.folder / "place"
    place.mkdir()
    well(own.command("backup", "--to", place))
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    words = ("restore", "--from", place, "--recovery-file", own.sheet_file)
    recorded = record_act(own, tmp_path, lambda: well(nightdesk(*words, "--home", fresh)), root=fresh)

    judge = Judge(Keys(PASSPHRASE), recorded.now)
    for state, home in laid_out(recorded, draw(recorded, count=RESTORES, seed=3) + ends(recorded), quick_folder):
        if not (desk_in(home) / "settings.toml").exists():
            assert state.cut < len(recorded.events), "whoever was told that it is back finds it"
            well(nightdesk(*words, "--home", home))
        assert judge.faults(desk_in(home), recorded.known(state.cut)) == [], state


@pytest.mark.long
def test_a_copy_that_was_said_to_be_made_brings_the_desk_back_after_a_power_cut_at_its_place(
    stocked: Stocked, tmp_path: Path, quick_folder: Path
) -> None:
    own = copy_of(stocked, tmp_path / "house")
    place = own.folder / "place"
    place.mkdir()
    recorded = record_act(own, tmp_path, lambda: well(own.command("backup", "--to", place)), root=place)

    judge = Judge(Keys(PASSPHRASE), recorded.now)
    for state, laid in laid_out(recorded, ends(recorded), quick_folder):
        fresh = quick_folder / f"fresh-{state.seed}"
        well(nightdesk("restore", "--from", laid, "--recovery-file", own.sheet_file, "--home", fresh))
        assert judge.faults(desk_in(fresh), recorded.known(state.cut)) == [], state


def test_a_power_cut_after_init_leaves_the_desk_that_was_made(
    stocked: Stocked, tmp_path: Path, quick_folder: Path
) -> None:
    home = tmp_path / "new"
    home.mkdir()
    words = ("init", "--settings", stocked.folder / "settings.toml", "--passphrase-file", stocked.passphrase_file)
    more = ("--home", home, "--recovery-out", tmp_path / "sheet.txt")
    nobody = Stocked(stocked.folder, "", stocked.canary)

    recorded = record_act(nobody, tmp_path, lambda: well(nightdesk(*words, *more)), root=home)

    assert [one for one in judged(recorded, ends(recorded), quick_folder, deep_each=4) if one.faults] == []
