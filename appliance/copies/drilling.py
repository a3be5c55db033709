"""The drill: the newest backup brought back into a folder that is thrown away, checked, timed and put on record.

It opens the copies with the keys that are in memory. That the recovery sheet can still be found and read is the one
thing that no drill can try by itself.
"""

from dataclasses import dataclass
from typing import Final

from appliance.copies.backing_up import DAY, BackingUp
from appliance.copies.places import id_of
from appliance.copies.told import DRILL_EVERY_MS
from appliance.gateways.clock import Clock
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.backups import Drill
from storage.check import check_brought_back
from storage.copies.own_disk import own_disk
from storage.copies.place import Place, PlaceMissingError
from storage.copies.rebuild import newest_persons, rebuild
from storage.copies.restore import NoCopyError
from storage.copies.shelf import KEYS, Shelf
from storage.copies.trial import throw_away
from storage.copies.writing import LOCAL_FOLDER
from storage.errors import DamagedError, StorageError
from storage.vault import Vault

FIRST_AFTER_MS: Final = DAY
TOO_LONG_AGO_MS: Final = 100 * DAY


@dataclass(frozen=True, slots=True)
class Drilling:
    """The drills of one desk."""

    vault: Vault
    clock: Clock
    backing_up: BackingUp

    def at(self, place: Place, *, actor: str) -> Drill:
        """Bring the newest set at that place back, and put on record how it went. Never raises for what it found."""
        shelf, began = self.backing_up.shelf(place), self.clock.now()
        try:
            # A backup's own trial clears away what an older trial left; it would take this one for that.
            with own_disk(), self.backing_up.alone():
                lost, messages = self._tried(shelf, began)
            drill = Drill(began, id_of(place), "", lost, self.clock.now() - began, messages)
        except StorageError as error:
            drill = Drill(began, id_of(place), error.code, 0, self.clock.now() - began, 0)
        self._record(drill, actor)
        return drill

    def quarterly(self) -> None:
        """The chore: every place whose last good drill is a quarter ago."""
        now = self.clock.now()
        with self.vault.look() as tx:
            drills = tx.backups.drills(limit=100)
            states = {state.place: state for state in tx.backups.all()}
        for place in self.backing_up.places():
            name = id_of(place)
            first = states[name].base_at if name in states else 0
            good = max((drill.at for drill in drills if drill.place == name and not drill.code), default=0)
            tried = max((drill.at for drill in drills if drill.place == name), default=0)
            due = now - good >= DRILL_EVERY_MS and now - tried >= DAY
            if first and due and now - first >= (0 if good else FIRST_AFTER_MS) and self._is_there(place):
                self.at(place, actor="desk")
            if good and now - good > TOO_LONG_AGO_MS:
                self._tell("drill-old", name)

    def _is_there(self, place: Place) -> bool:
        """A stick in somebody's pocket says nothing of the backup on it, and is tried once it is back."""
        try:
            self.backing_up.shelf(place).sets()
        except PlaceMissingError:
            return False
        except StorageError:
            pass
        return True

    def _tried(self, shelf: Shelf, now: int) -> tuple[int, int]:
        manifest, _ = shelf.newest()
        if manifest is None:
            raise NoCopyError(f"{shelf.place.title} holds no backup of this desk", remedy="back up first")
        # What the sheet alone opens cannot be opened here; that it is what was written can be seen.
        shelf.sealed(KEYS, manifest.keyring)
        persons, raw = newest_persons(shelf)
        with throw_away(self.vault.folder / LOCAL_FOLDER) as folder:
            rebuild(shelf, manifest, folder, self.vault.keys, persons, raw)
            report = check_brought_back(folder, self.vault.keys)
        if not report.ok:
            raise DamagedError("; ".join(f"{one.name}: {one.detail}" for one in report.checks if not one.ok))
        return max(0, now - manifest.at), report.counts.messages_in

    def _record(self, drill: Drill, actor: str) -> None:
        at = self.clock.now()
        with self.vault.transaction() as tx:
            tx.backups.drilled(drill)
            seconds = {"lost_seconds": drill.lost_ms // 1000, "took_seconds": drill.took_ms // 1000}
            detail = {"ok": not drill.code, "messages": drill.messages, **seconds}
            tx.audit.append(Action.DRILLED, drill.place, actor=actor, at=at, detail=detail)
            for over in () if drill.code else ("drill-failed", "drill-old"):
                tx.alerts.seen_code(over, subject=drill.place, at=at)
            if drill.code and drill.code != PlaceMissingError.code:
                tx.alerts.raise_(AlertKind.STAFF, "drill-failed", subject=drill.place, at=at)

    def _tell(self, code: str, place: str) -> None:
        with self.vault.transaction() as tx:
            tx.alerts.raise_(AlertKind.STAFF, code, subject=place, at=self.clock.now())
