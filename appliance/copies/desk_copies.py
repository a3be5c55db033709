"""The copies of an open desk, put together: what its pages and commands ask, and its chores."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from appliance.copies.backing_up import BackingUp
from appliance.copies.drilling import Drilling
from appliance.copies.epochs import Epochs, barred, resume
from appliance.copies.places import NoPlaceError, id_of
from appliance.copies.told import DRILL_EVERY_MS, drill_row, is_old, place_row
from appliance.gateways.clock import Clock
from appliance.views.copies import Copies
from appliance.views.people import Reader
from appliance.views.refusals import NotPossible
from storage.alerts import AlertKind
from storage.copies.place import Place
from storage.errors import StorageError
from storage.vault import Vault

BACKUP: Final = "backup"
DRILL: Final = "drill"
LOOK_WITHIN_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class DeskCopies:
    """Verbs and chores."""

    vault: Vault
    clock: Clock
    places: tuple[Place, ...]
    backing_up: BackingUp
    drilling: Drilling
    epochs: Epochs
    asked: dict[str, str] = field(default_factory=dict)
    """What somebody asked for on the page (`backup`, `drill`), and who; done by a chore, for it may take long."""

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
            running=tuple(self.asked),
            paused=paused,
            next_drill_at=drills[0].at + DRILL_EVERY_MS if drills else None,
        )

    def back_up_now(self, reader: Reader) -> None:
        """As soon as may be, with the whole check; the page shows it when it is done."""
        self._ask(BACKUP, reader)

    def drill_now(self, reader: Reader) -> None:
        """As soon as may be; the page shows it when it is done."""
        self._ask(DRILL, reader)

    def _ask(self, what: str, reader: Reader) -> None:
        if not self.places:
            raise NotPossible("No place for backups is named. Put one under [backup] in the settings.")
        self.asked[what] = reader.name

    def named(self) -> tuple[Place, ...]:
        """The places of the settings. Raises NoPlaceError where there is none."""
        if not self.places:
            raise NoPlaceError(
                "no place for backups is named", remedy="name a folder, or put places under [backup] in the settings"
            )
        return self.places

    def resume_sending(self, actor: str) -> bool:
        """The owner says that the old machine is off. Whether sending was paused."""
        return resume(self.vault, self.clock, actor=actor)

    # -- chores ---------------------------------------------------------------------------------------------------

    def when_asked(self) -> None:
        """What somebody asked for on the page."""
        if (actor := self.asked.get(BACKUP)) is not None:
            try:
                self.backing_up.everywhere(actor=actor, whole=True)
            finally:
                del self.asked[BACKUP]
        if (actor := self.asked.get(DRILL)) is not None:
            try:
                for place in self.places:
                    self.drilling.at(place, actor=actor)
            finally:
                del self.asked[DRILL]

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

    def look_before_the_first_reply(self, *looks: Callable[[], None], within_s: float = LOOK_WITHIN_S) -> None:
        """As `look_for_others`, and what else asks the places what they know. A drive that hangs must not keep the
        desk from opening; the chores look on.
        """
        looking = threading.Thread(target=self._looked, args=looks, name="epochs", daemon=True)
        looking.start()
        looking.join(within_s)

    def _looked(self, *looks: Callable[[], None]) -> None:
        for look in (self.look_for_others, *looks):
            # What a place failed with is told by the chore, which asks it again at once.
            with suppress(StorageError):
                look()

    def look_for_others(self) -> None:
        """Whether another machine has brought this desk back since."""
        for place in self.places:
            self.epochs.look(self.backing_up.shelf(place))
