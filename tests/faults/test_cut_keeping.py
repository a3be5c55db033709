"""Power cuts in what the desk does with its own store: a run of retention, a step of migration."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.archive_file import check_archives, read_archive, strays
from storage.database import look
from storage.errors import StorageError
from storage.retention import Kept
from storage.vault import DESK_FILE, Vault
from tests.appliance.keeping.keepers import oldest_words
from tests.faults.at_work import ACTS, DAYS_ON, keep
from tests.faults.cuts import draw, ends
from tests.faults.draws import CUTS, tenth
from tests.faults.migrating import half_done, one_step_more, without_way_back
from tests.faults.recorded import Recorded, desk_in
from tests.faults.stocked import Stocked, record_act, stock
from tests.journeys.house import environment

pytestmark = pytest.mark.compiler

BLOCKS = 4
Recordings = Callable[[str], Recorded]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    """Each act is recorded once."""
    made: dict[str, Recorded] = {}

    def recorded(act: str) -> Recorded:
        if act not in made:
            folder = tmp_path_factory.mktemp(act)
            own = stock(folder / "house")
            made[act] = record_act(own, folder, lambda: at_work(act, own))
        return made[act]

    return recorded


def at_work(act: str, own: Stocked) -> None:
    words = [sys.executable, "-m", "tests.faults.at_work", act, str(desk_in(own.home)), str(own.passphrase_file)]
    subprocess.run(words, check=True, env=environment(), capture_output=True)


def texts(vault: Vault) -> dict[str, tuple[bool, str | None]]:
    """Of each message and reply whether its words stand in its row, and the archive file that it names."""
    found = {}
    with look(dict(vault.engines())[DESK_FILE]) as connection:
        for table in ("messages", "replies"):
            rows = connection.execute(text(f"SELECT id, body IS NOT NULL, archive_id FROM {table}"))  # noqa: S608
            found.update({f"{table} {one}": (bool(has), archive) for one, has, archive in rows})
    return found


def archived(vault: Vault, folder: Path) -> Counter[str]:
    """Which texts the archive has, and how often."""
    held: Counter[str] = Counter()
    with vault.look() as tx:
        for file in tx.archive.files():
            entries = read_archive(folder, file, desk=vault.keys.desk)
            held.update({f"{one.sealed.table} {one.sealed.row}" for one in entries if one.sealed.column == "body"})
    return held


def astray(vault: Vault, folder: Path) -> list[str]:
    """Words that are in no place, or in two."""
    try:
        with vault.look() as tx:
            check_archives(folder, tx.archive.files(), desk=vault.keys.desk)
        held = archived(vault, folder)
    except StorageError as error:
        return [f"archive: {error.sentence}"]
    wrong = [f"twice in the archive: {one}" for one, times in held.items() if times > 1]
    for one, (has, file) in texts(vault).items():
        if has == (one in held) or (file is not None) != (one in held):
            wrong.append(f"{one}: in its row {has}, in the archive {one in held}, says {file}")
    return wrong


def archive_goes_on(now: int) -> Callable[[Vault, Path], list[str]]:
    """Nothing is lost or doubled; and the next run ends what was begun."""

    def also(vault: Vault, folder: Path) -> list[str]:
        wrong = astray(vault, folder)
        if not wrong:
            keep(vault, "archive", now=now + DAYS_ON)
            wrong = astray(vault, folder)
        with vault.look() as tx:
            left = [one.name for one in strays(folder, [file.id for file in tx.archive.files()])]
            past = tx.retention.waiting(Kept.MESSAGES, before=now + DAYS_ON).past
        return wrong + [f"stray: {name}" for name in left] + ["not archived"] * past

    return also


def deleting_goes_on(now: int) -> Callable[[Vault, Path], list[str]]:
    def also(vault: Vault, _: Path) -> list[str]:
        keep(vault, "delete", now=now + DAYS_ON)
        return [] if oldest_words(vault) is None else ["words are left"]

    return also


def cut(act: str, recordings: Recordings, all_well: Callable[..., None], *, count: int, seed: int) -> None:
    """The power was cut in that act, and right after it."""
    recorded = recordings(act)
    also = {
        "keep": deleting_goes_on(recorded.now),
        "archive": archive_goes_on(recorded.now),
        "migrate": lambda vault, folder: half_done(vault) + without_way_back(vault, folder),
    }[act]
    with one_step_more():
        all_well(act, recorded, draw(recorded, count=count, seed=seed) + ends(recorded), also)


@pytest.mark.parametrize("act", ACTS)
def test_the_desk_is_whole_after_a_power_cut_in(
    act: str, recordings: Recordings, all_well: Callable[..., None]
) -> None:
    cut(act, recordings, all_well, count=tenth(CUTS[act]), seed=1)


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("act", ACTS)
def test_the_desk_is_whole_after_any_of_many_power_cuts_in(
    act: str, block: int, recordings: Recordings, all_well: Callable[..., None]
) -> None:
    cut(act, recordings, all_well, count=CUTS[act] // BLOCKS, seed=2 + block)
