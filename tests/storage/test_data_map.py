"""The data map names every column that there is, and none that is not."""

import re
from pathlib import Path

import storage.vault  # noqa: F401 - declares every table
from storage.database import metadata, person_metadata
from storage.sample import PLACES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-map.md"


def _rows() -> dict[str, str]:
    """Each column with its class."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for name in re.findall(r"`(\w+\.\w+)`", cells[0] if line.startswith("|") else ""):
            found[name] = cells[1]
    return found


def test_the_map_and_the_tables_name_the_same_columns() -> None:
    declared = {
        f"{table.name}.{column.name}"
        for tables in (metadata, person_metadata)
        for table in tables.tables.values()
        for column in table.columns
    }

    files = {"settings.toml", "door.json", "keyring.a", "keyring.b"}
    assert set(_rows()) - files == declared


def test_words_and_identities_are_those_columns_that_are_sealed() -> None:
    sealed = {f"{place.table.name}.{place.column}" for place in PLACES}

    assert {name for name, kind in _rows().items() if kind in {"words", "identity"}} == sealed
