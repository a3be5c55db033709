"""Power cuts while a command changes the desk: it is whole afterwards, as before the command or as after it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.cuts import draw, ends, laid_out
from tests.faults.draws import COMMANDS, CUTS, GONE, tenth, words_of
from tests.faults.judge import Judge, Keys
from tests.faults.recorded import Recorded, desk_in
from tests.faults.stocked import Stocked, record_act, stock
from tests.journeys.house import PASSPHRASE, Said, nightdesk

pytestmark = pytest.mark.compiler

BLOCKS = 5


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    return stock(tmp_path_factory.mktemp("stocked") / "house")


def copy_of(stocked: Stocked, folder: Path) -> Stocked:
    return Stocked(Path(shutil.copytree(stocked.folder, folder)), stocked.sheet, stocked.canary, stocked.acks)


def ended_well(said: Said) -> None:
    assert said.code == 0, said.err


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
            words = words_of(name, own.folder / "place")
            made[name] = record_act(own, folder, lambda: ended_well(own.command(*words)), mark=KNOWN.get(name, ""))
        return made[name]

    return recorded


@pytest.mark.parametrize("name", COMMANDS)
def test_the_desk_is_whole_after_a_power_cut_in(
    name: str, recordings: Callable[[str], Recorded], all_well: Callable[..., None]
) -> None:
    recorded = recordings(name)

    all_well(name, recorded, draw(recorded, count=tenth(CUTS[name]), seed=1) + ends(recorded))


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("name", COMMANDS)
def test_the_desk_is_whole_after_any_of_many_power_cuts_in(
    name: str, block: int, recordings: Callable[[str], Recorded], all_well: Callable[..., None]
) -> None:
    recorded = recordings(name)

    all_well(name, recorded, draw(recorded, count=CUTS[name] // BLOCKS, seed=2 + block) + ends(recorded))


@pytest.mark.parametrize(
    ("count", "seed"), [(tenth(CUTS["restore"]), 3), pytest.param(CUTS["restore"], 4, marks=pytest.mark.long)]
)
def test_a_desk_is_brought_back_or_can_be_again_after_a_power_cut_in_restore(
    count: int, seed: int, stocked: Stocked, tmp_path: Path, quick_folder: Path, counted: Callable[[int], None]
) -> None:
    own = copy_of(stocked, tmp_path / "house")
    place = own.folder / "place"
    place.mkdir()
    ended_well(own.command("backup", "--to", place))
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    words = ("restore", "--from", place, "--recovery-file", own.sheet_file)
    recorded = record_act(own, tmp_path, lambda: ended_well(nightdesk(*words, "--home", fresh)), root=fresh)

    judge = Judge(Keys(PASSPHRASE), recorded.now)
    states = draw(recorded, count=count, seed=seed) + ends(recorded)[:count]
    for state, home in laid_out(recorded, states, quick_folder):
        if not (desk_in(home) / "settings.toml").exists():
            assert state.cut < len(recorded.events), "whoever was told that it is back finds it"
            ended_well(nightdesk(*words, "--home", home))
        assert judge.faults(desk_in(home), recorded.known(state.cut)) == [], state
    counted(len(states))


@pytest.mark.long
def test_a_copy_that_was_said_to_be_made_brings_the_desk_back_after_a_power_cut_at_its_place(
    stocked: Stocked, tmp_path: Path, quick_folder: Path
) -> None:
    own = copy_of(stocked, tmp_path / "house")
    place = own.folder / "place"
    place.mkdir()
    recorded = record_act(own, tmp_path, lambda: ended_well(own.command("backup", "--to", place)), root=place)

    judge = Judge(Keys(PASSPHRASE), recorded.now)
    for state, laid in laid_out(recorded, ends(recorded), quick_folder):
        fresh = quick_folder / f"fresh-{state.seed}"
        ended_well(nightdesk("restore", "--from", laid, "--recovery-file", own.sheet_file, "--home", fresh))
        assert judge.faults(desk_in(fresh), recorded.known(state.cut)) == [], state


def test_a_power_cut_after_init_leaves_the_desk_that_was_made(
    stocked: Stocked, tmp_path: Path, all_well: Callable[..., None]
) -> None:
    home = tmp_path / "new"
    home.mkdir()
    words = ("init", "--settings", stocked.folder / "settings.toml", "--passphrase-file", stocked.passphrase_file)
    more = ("--home", home, "--recovery-out", tmp_path / "sheet.txt")
    nobody = Stocked(stocked.folder, "", stocked.canary)

    recorded = record_act(nobody, tmp_path, lambda: ended_well(nightdesk(*words, *more)), root=home)

    all_well("init", recorded, ends(recorded))
