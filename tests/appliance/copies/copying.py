"""A vault, a stick and what copies the one to the other, for tests."""

from dataclasses import dataclass, field
from pathlib import Path

from appliance.copies.backing_up import BackingUp
from appliance.copies.desk_copies import DeskCopies
from appliance.copies.drilling import Drilling
from appliance.copies.epochs import Epochs
from appliance.copies.places import id_of
from appliance.folders import SETTINGS_FILE
from storage.backups import PlaceState
from storage.copies.place import FolderPlace
from storage.keys.adding import add_recovery
from storage.vault import Vault
from tests.desks import a_message, a_person
from tests.standins.clock import FixedClock

HOUR = 3_600_000
DAY = 24 * HOUR


@dataclass
class Copying:
    vault: Vault
    clock: FixedClock
    folder: Path
    copies: DeskCopies = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.vault.folder / SETTINGS_FILE).write_text("[desk]")
        self.vault.keys, sheet = add_recovery(self.vault.folder, self.vault.keys, now=self.clock.now())
        self.sheet = sheet.identity
        self.place = FolderPlace(self.folder)
        epochs = Epochs(self.vault, self.clock)
        places = (self.place,)
        backing_up = BackingUp(self.vault, self.clock, lambda: places, epochs)
        drilling = Drilling(self.vault, self.clock, backing_up)
        self.copies = DeskCopies(self.vault, self.clock, places, backing_up, drilling, epochs)

    @property
    def state(self) -> PlaceState:
        with self.vault.look() as tx:
            return tx.backups.of(id_of(self.place))

    def text(self, number: str = "+15125550123") -> None:
        with self.vault.transaction() as tx:
            a_message(tx, a_person(tx, self.vault, number=number).id)

    def alerts(self) -> list[str]:
        with self.vault.look() as tx:
            return [alert.code for alert in tx.alerts.unseen()]

    def hourly(self) -> None:
        self.copies.backing_up.hourly()
