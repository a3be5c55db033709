"""The copies of an open desk, put together: what its pages and commands ask, and its chores."""

import threading
from dataclasses import dataclass, field

from appliance.copies.backing_up import BackingUp
from appliance.copies.epochs import Epochs, barred, resume
from appliance.copies.places import id_of
from appliance.copies.told import DRILL_EVERY_MS, drill_row, is_old, place_row
from appliance.gateways.clock import Clock
from appliance.views.copies import Copies
from appliance.views.people import Reader
from appliance.views.refusals import NotPossible
from storage.alerts import AlertKind
from storage.copies.place import Place
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class DeskCopies:
    """Verbs and chores."""

    vault: Vault
    clock: Clock
    places: tuple[Place, ...]
    backing_up: BackingUp
    epochs: Epochs
    asked: threading.Event = field(default_factory=threading.Event)
    by: list[str] = field(default_factory=list)

    # -- verbs ----------------------------------------------------------------------------------------------------

    def shown(self) -> Copies:
        """The page."""
        now = self.clock.now()
        with self.vault.look() as tx:
            states = {state.place: state for state in tx.backups.all()}
            drills, paused = tx.backups.drills(), barred(tx)
        titles = {id_of(place): place.title for place in self.places}
        return Copies(
            places=tuple(place_row(place, states, now) for place in self.places),
            drills=tuple(drill_row(drill, titles) for drill in drills),
            running=self.asked.is_set(),
            paused=paused,
            next_drill_at=drills[0].at + DRILL_EVERY_MS if drills else None,
        )

    def back_up_now(self, reader: Reader) -> None:
        """As soon as may be, with the whole check; the page shows it when it is done."""
        if not self.places:
            raise NotPossible("No place for backups is named. Put one under [backup] in the settings.")
        self.by.append(reader.name)
        self.asked.set()

    def resume_sending(self, actor: str) -> bool:
        """The owner says that the old machine is off. Whether sending was paused."""
        return resume(self.vault, self.clock, actor=actor)

    # -- chores ---------------------------------------------------------------------------------------------------

    def when_asked(self) -> None:
        """What somebody asked for on the page."""
        if not self.asked.is_set():
            return
        try:
            self.backing_up.everywhere(actor=self.by[-1] if self.by else "desk", whole=True)
        finally:
            self.by.clear()
            self.asked.clear()

    def tell_age(self) -> None:
        """A backup that has grown too old is told, whatever kept the next one from being made."""
        now = self.clock.now()
        with self.vault.look() as tx:
            states = {state.place: state for state in tx.backups.all()}
        for place in self.places:
            state = states.get(id_of(place))
            if state is not None and state.set_at and is_old(state, now):
                with self.vault.transaction() as tx:
                    tx.alerts.raise_(AlertKind.STAFF, "backup-old", subject=state.place, at=now)

    def look_for_others(self) -> None:
        """Whether another machine has brought this desk back since."""
        for place in self.places:
            self.epochs.look(self.backing_up.shelf(place))
