"""The learnt files: small, named, checked; anything else than what was released stops the engine."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.redaction.errors import ArtefactError
from appliance.redaction.features import Reader
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.tagger import CARD, HOME, LEARNT, LISTS, Tagger
from appliance.redaction.usage import TABLE
from tests.damage import flip

LIMIT = 25_000_000


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in ("artefact", "lexica"):
        shutil.copytree(HOME / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(Lexicon.load())


def test_the_released_files_load(home: Path, reader: Reader) -> None:
    Tagger.load(reader, home)


@pytest.mark.parametrize("name", [LEARNT, *LISTS])
def test_one_changed_byte_stops_the_engine(home: Path, reader: Reader, name: str) -> None:
    flip(home / name)

    with pytest.raises(ArtefactError):
        Tagger.load(reader, home)


@pytest.mark.parametrize("name", [CARD, LEARNT])
def test_a_missing_file_stops_the_engine(home: Path, reader: Reader, name: str) -> None:
    (home / name).unlink()

    with pytest.raises(ArtefactError):
        Tagger.load(reader, home)


def test_an_engine_of_other_features_is_refused(home: Path, reader: Reader) -> None:
    card = json.loads((home / CARD).read_text())
    (home / CARD).write_text(json.dumps(card | {"features": "0"}))

    with pytest.raises(ArtefactError, match="another version"):
        Tagger.load(reader, home)


def test_the_learnt_files_are_small() -> None:
    assert sum((HOME / name).stat().st_size for name in (LEARNT, f"lexica/{TABLE}")) < LIMIT


def test_missing_lists_are_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError):
        Lexicon.load(tmp_path)
    with pytest.raises(ArtefactError):
        Reader.load(Lexicon.load(), tmp_path)


def test_the_engine_brings_no_heavy_library_with_it() -> None:
    asked = (
        "import sys; from appliance.redaction.lines import redact_lines;"
        "from appliance.redaction.redactor import Redactor; Redactor.load();"
        "heavy = {'sqlalchemy', 'flask', 'anthropic', 'twilio', 'torch'}; print(sorted(heavy & set(sys.modules)))"
    )

    answer = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)

    assert answer.stdout.strip() == "[]"
