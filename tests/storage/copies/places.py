"""A desk, a place and a sheet for the tests of copies: real keys, real files."""

from dataclasses import dataclass, field
from pathlib import Path

from storage.copies.persons import PersonsCopy, copy_persons
from storage.copies.place import FolderPlace
from storage.copies.shelf import Shelf
from storage.copies.writing import Written, write_set
from storage.keys.adding import add_recovery
from storage.keys.copies_seal import copies_seal
from storage.keys.secret import SecretBytes
from storage.vault import Vault
from tests.desks import NOW, a_message, a_person

HOUR = 3_600_000
ID = "0123456789abcdef"


@dataclass
class Kept:
    """One desk and one place that keeps its copies."""

    vault: Vault
    folder: Path
    now: int = NOW
    persons: PersonsCopy | None = None
    sheet: SecretBytes = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.vault.keys, sheet = add_recovery(self.vault.folder, self.vault.keys, now=NOW)
        self.sheet = sheet.identity
        self.place = FolderPlace(self.folder)

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.place, copies_seal(self.vault.keys), id=ID)

    def copy_persons(self, *, replace: bool = False) -> str:
        self.persons = copy_persons(self.vault, self.shelf, now=self.now, known=self.persons, replace=replace)
        return self.persons.name

    def write(self, *, base: bool = False, files: dict[str, Path] | None = None, later: int = HOUR) -> Written:
        self.now += later
        return write_set(
            self.vault, self.shelf, now=self.now, epoch=1, persons=self.copy_persons, files=files or {}, base=base
        )

    def texts(self, count: int, *, words: str = "Are you open on Sunday?") -> None:
        for number in range(count):
            with self.vault.transaction() as tx:
                person = a_person(tx, self.vault, number=f"+151255501{number % 100:02}")
                a_message(tx, person.id, words)

    def bytes_at_place(self) -> int:
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def files(self, folder: str) -> list[Path]:
        return sorted((self.folder / f"nightdesk-{ID}" / folder).iterdir())
