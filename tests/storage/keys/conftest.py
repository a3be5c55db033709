"""One desk's keyring a run, made with the small profile, copied for each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.keys import keyring
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet

DESK = "maple-street"
NOW = 1_800_000_000_000
PASSPHRASE = b"a lantern under the seventh stair"


@dataclass(frozen=True, slots=True)
class Made:
    folder: Path
    sheet: RecoverySheet

    @property
    def typed(self) -> str:
        return " ".join(self.sheet.groups)


def make(folder: Path, *, desk: str = DESK) -> Made:
    _, sheet = keyring.create(folder, desk=desk, passphrase=SecretBytes(PASSPHRASE), now=NOW, small_machine=True)
    return Made(folder, sheet)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("keys") / DESK)


@pytest.fixture(scope="session")
def other_template(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("keys") / "oak-lane", desk="oak-lane")


@pytest.fixture
def made(template: Made, tmp_path: Path) -> Made:
    return Made(Path(shutil.copytree(template.folder, tmp_path / DESK)), template.sheet)


@pytest.fixture
def other(other_template: Made, tmp_path: Path) -> Made:
    return Made(Path(shutil.copytree(other_template.folder, tmp_path / "oak-lane")), other_template.sheet)
