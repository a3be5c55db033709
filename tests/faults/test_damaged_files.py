"""Each kind of file of a desk, harmed in each way while nobody serves it: `verify` or the opening names the fault."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from appliance.opening.store import heal_keyring, vault_of
from appliance.settings.read import read_settings
from storage.check import check_desk
from storage.errors import NightdeskError
from storage.keys.secret import SecretBytes
from tests.damage import flip
from tests.faults.judge import Keys
from tests.faults.stocked import Stocked, stock
from tests.journeys.house import DESK, PASSPHRASE
from tests.standins.clock import FixedClock

Harm = Callable[[Path, Path], None]
NOW = 1_900_000_000_000
KEYS = Keys(PASSPHRASE)


def one_bit(path: Path, older: Path) -> None:
    flip(path)


def truncated(path: Path, older: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def emptied(path: Path, older: Path) -> None:
    path.write_bytes(b"")


def deleted(path: Path, older: Path) -> None:
    path.unlink()


def an_older_copy(path: Path, older: Path) -> None:
    shutil.copyfile(older, path)


HARMS: dict[str, Harm] = {
    "one bit": one_bit,
    "truncated": truncated,
    "emptied": emptied,
    "deleted": deleted,
    "an older copy": an_older_copy,
}
FILES = ("keyring.a", "keyring.b", "desk.db", "persons.db", "settings.toml", "spool/*.letters")
# What says the same in an older copy is no harm.
SAME = {("keyring.a", "an older copy"), ("keyring.b", "an older copy"), ("settings.toml", "an older copy")}
# The owner's own words: a letter more or less in them may well be meant.
SAME |= {("settings.toml", "one bit")}
# An older letters file has fewer letters in it: here there is none.
SAME |= {("spool/*.letters", "an older copy")}
CASES = [(name, harm) for name in FILES for harm in HARMS if (name, harm) not in SAME]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    return stock(tmp_path_factory.mktemp("stocked") / "house", keep_empty=True)


def named(folder: Path) -> list[str]:
    """Every name under which something is told to be wrong."""
    try:
        vault = vault_of(folder, KEYS.open(folder), alone=FixedClock(NOW))
    except NightdeskError as error:
        return [error.code]
    try:
        heal_keyring(vault, FixedClock(NOW))
        with vault.look() as tx:
            return [alert.code for alert in tx.alerts.unseen()]
    finally:
        vault.close()


def verified(folder: Path) -> list[str]:
    try:
        report = check_desk(folder, SecretBytes(PASSPHRASE.encode()))
    except NightdeskError as error:
        return [error.code]
    return [check.name for check in report.checks if not check.ok]


def read_settings_of(folder: Path) -> list[str]:
    try:
        read_settings(folder / "settings.toml")
    except NightdeskError as error:
        return [error.code]
    return []


ALWAYS = "one bit"


def _case(name: str, harm: str) -> ParameterSet:
    return pytest.param(name, harm, marks=[] if harm == ALWAYS else pytest.mark.long)


@pytest.mark.parametrize(("name", "harm"), [_case(*one) for one in CASES])
def test_what_is_wrong_is_named(stocked: Stocked, tmp_path: Path, name: str, harm: str) -> None:
    folder = Path(shutil.copytree(stocked.home / DESK, tmp_path / DESK))
    (path,) = folder.glob(name)

    HARMS[harm](path, stocked.folder / "empty" / DESK / name)

    assert verified(folder) + named(folder) + read_settings_of(folder), f"{name} {harm}: nobody says so"


def test_a_whole_desk_is_not_accused(stocked: Stocked, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(stocked.home / DESK, tmp_path / DESK))

    assert verified(folder) == []
    assert named(folder) == []
    assert read_settings_of(folder) == []
