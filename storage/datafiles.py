"""The data files of a desk: which key opens each, whose tables are in it, and where the copy of a rotation lies."""

from dataclasses import dataclass
from pathlib import Path

from storage.keys.keytable import KeyName
from storage.migrations.run import Schema


@dataclass(frozen=True, slots=True)
class DataFile:
    """One SQLCipher file."""

    name: str
    key: KeyName
    schema: Schema

    def path(self, folder: Path) -> Path:
        """Where it lies."""
        return folder / self.name

    def next(self, folder: Path) -> Path:
        """Where a rotation makes the copy that will take its place."""
        return folder / f"{self.name}.next"


DESK = DataFile("desk.db", KeyName.DB, Schema.DESK)
PERSONS = DataFile("persons.db", KeyName.PDB, Schema.PERSONS)
DATA_FILES = (DESK, PERSONS)

SEARCH_FILE = "search.db"
"""The index, under key `search`: derived, in no backup, copied by no rotation (search/index.py)."""
