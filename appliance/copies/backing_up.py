"""Backing up: one set more at each place, the person keys apart, and what became of it on record.

Every set is read back at the place. The first of a day, each new base and each that a person asks for are also
rebuilt whole on this machine and checked page by page; what is damaged there is written anew at once.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from filelock import FileLock

from appliance.copies.epochs import Epochs
from appliance.copies.places import id_of
from appliance.folders import ARCHIVE_FOLDER, SETTINGS_FILE
from appliance.gateways.clock import Clock
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.audit.marks import WRONG, standing
from storage.backups import PlaceState
from storage.copies.log_mark import log_mark
from storage.copies.own_disk import own_disk
from storage.copies.persons import PersonsCopy, copy_persons
from storage.copies.place import Place, PlaceMissingError
from storage.copies.shelf import Shelf
from storage.copies.tidy import tidy
from storage.copies.trial import try_set
from storage.copies.writing import LOCAL_FOLDER, Written, write_set
from storage.errors import DamagedError, LogBehindError, StorageError
from storage.ids import new_id
from storage.keys.copies_seal import copies_seal
from storage.keys.keytable import KeyName
from storage.meta import Meta
from storage.vault import Vault

DAY: Final = 24 * 3_600_000
TOO_OLD_MS: Final = 26 * 3_600_000
_ROLLED_BACK: Final = "place-rolled-back"
_OLD: Final = "backup-old"
_DAMAGED: Final = "backup-damaged"
_LOCK: Final = "writer.lock"
MISSING: Final = PlaceMissingError.code
DESK: Final = "desk"


@dataclass(frozen=True, slots=True)
class Done:
    """One set at one place. `whole` says that it was rebuilt and checked page by page."""

    place: str
    written: Written
    whole: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A place that got no set this time; what it has is as it was."""

    place: str
    error: StorageError
    newest_at: int


@dataclass(frozen=True, slots=True)
class BackingUp:
    """The backups of one desk."""

    vault: Vault
    clock: Clock
    places: Callable[[], tuple[Place, ...]]
    epochs: Epochs
    busy: threading.Lock = field(default_factory=threading.Lock)

    def hourly(self) -> None:
        """The chore. Raises what the first place that failed raised, once every other place has its set."""
        now = self.clock.now()
        for one in self.everywhere():
            # A stick may be in somebody's pocket for a day.
            if isinstance(one, Failure) and not (one.error.code == MISSING and now - one.newest_at <= TOO_OLD_MS):
                raise one.error

    def everywhere(self, *, actor: str = DESK, whole: bool = False) -> list[Done | Failure]:
        """One set more at each place that the settings name."""
        return [self._tried(place, actor, whole=whole) for place in self.places()]

    def at(self, place: Place, *, actor: str, whole: bool = True) -> Done:
        """One set more at that place.

        Raises PlaceError, DamagedError, NoSheetError, SupersededError, LogBehindError.
        """
        with own_disk(), self.alone():
            return self._at(place, actor, whole=whole)

    def persons_everywhere(self) -> None:
        """Where somebody was erased since, or the key over the person keys was changed: every older copy goes."""
        at = self.clock.now()
        with self.vault.look() as tx:
            erased = tx.erasures.done_at_latest() or 0
            owing = bool(tx.erasures.owing_copies())
        stale = [place for place in self._used() if self._is_stale(self._state(place), erased)]
        failures = [failure for place in stale if (failure := self._replaced_persons(place)) is not None]
        if failures:
            # Nobody's erasure is complete before every place has let the old copies go; this is tried again.
            raise failures[-1]
        if owing:
            with self.vault.transaction() as tx:
                tx.erasures.copies_replaced(self.clock.now(), through=at)

    def shelf(self, place: Place) -> Shelf:
        """This desk's copies at that place."""
        return Shelf(place, copies_seal(self.vault.keys), id=self._id())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One at a time, in this process and beside it: a command may back up or drill while the desk is served."""
        folder = self.vault.folder / LOCAL_FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        with self.busy, FileLock(folder / _LOCK):
            yield

    def _tried(self, place: Place, actor: str, *, whole: bool) -> Done | Failure:
        try:
            return self.at(place, actor=actor, whole=whole)
        except StorageError as error:
            self._failed(place, error)
            return Failure(place.title, error, self._state(place).set_at)

    def _at(self, place: Place, actor: str, *, whole: bool) -> Done:
        now, shelf, state = self.clock.now(), self.shelf(place), self._state(place)
        self.epochs.mark(shelf)
        self._expect_the_whole_log(shelf)
        if state.set_name and state.set_name not in shelf.sets():
            self._alert(_ROLLED_BACK, state.place)
        written = self._write(shelf, state, base=False)
        whole = whole or written.base or now // DAY != state.whole_at // DAY
        if whole:
            try:
                self._try(shelf, written)
            except DamagedError:
                # What went before is damaged at the place. Everything anew, with the person keys, and whole.
                self._alert(_DAMAGED, state.place)
                written = self._write(shelf, replace(self._state(place), persons_kek=""), base=True)
                self._try(shelf, written)
            tidy(shelf, now)
        self._keep(place, written, whole=whole, actor=actor)
        return Done(place.title, written, whole)

    def _expect_the_whole_log(self, shelf: Shelf) -> None:
        """An older copy of the desk would bury the backup that brings the rest back. Raises LogBehindError."""
        newest, _ = shelf.newest()
        with self.vault.look() as tx:
            epoch = tx.meta.epoch()
            behind = tx.meta.get(Meta.SENDING_PAUSED) == LogBehindError.code
            if not behind and newest is not None and newest.epoch == epoch:
                mark = log_mark(newest, self.vault.keys)
                behind = mark is not None and standing(mark, tx.audit, epoch=epoch) in WRONG
        if behind:
            raise LogBehindError(
                "the log's end is missing, or this is an older copy of the desk, so nothing is backed up from it",
                remedy="restore the newest backup; or, where you know why, let the desk go on as it is: nightdesk audit"
                " accept",
            )

    def _write(self, shelf: Shelf, state: PlaceState, *, base: bool) -> Written:
        def persons() -> str:
            return self._copy_persons(shelf, state, replace_older=False).name

        with self.vault.look() as tx:
            epoch = tx.meta.epoch()
        return write_set(
            self.vault,
            shelf,
            now=self.clock.now(),
            epoch=epoch,
            persons=persons,
            files=files_of(self.vault.folder),
            base=base,
        )

    def _try(self, shelf: Shelf, written: Written) -> None:
        try_set(shelf, written.manifest, self.vault)

    def _copy_persons(self, shelf: Shelf, state: PlaceState, *, replace_older: bool) -> PersonsCopy:
        wrapping = self._wrapping()
        known = PersonsCopy(state.persons_name, shelf.seal.desk, state.persons_at, state.persons_digest, "", "")
        copy = copy_persons(
            self.vault,
            shelf,
            now=self.clock.now(),
            known=known if state.persons_kek == wrapping else None,
            replace=replace_older,
        )
        with self.vault.transaction() as tx:
            tx.backups.keep(
                replace(
                    tx.backups.of(state.place),
                    persons_name=copy.name,
                    persons_at=copy.at,
                    persons_digest=copy.digest,
                    persons_kek=wrapping,
                )
            )
        return copy

    def _replaced_persons(self, place: Place) -> StorageError | None:
        try:
            with own_disk(), self.alone():
                shelf = self.shelf(place)
                # A machine that was replaced would take away the keys of everybody who wrote to the new one.
                self.epochs.mark(shelf)
                self._copy_persons(shelf, self._state(place), replace_older=True)
        except StorageError as error:
            self._failed(place, error)
            return error
        return None

    def _is_stale(self, state: PlaceState, erased: int) -> bool:
        return bool(state.persons_name) and (state.persons_at <= erased or state.persons_kek != self._wrapping())

    def _wrapping(self) -> str:
        """Names the keys that a copy of the person keys hangs on: what wraps them, and the root that seals the copy."""
        keys = self.vault.keys
        named = f"{keys.key(KeyName.PKEK).id} {keys.ring.root.id}"
        return hashlib.sha256(named.encode()).hexdigest()[:32]

    def _used(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places() if self._state(place).persons_name)

    def _keep(self, place: Place, written: Written, *, whole: bool, actor: str) -> None:
        at, manifest = self.clock.now(), written.manifest
        with self.vault.transaction() as tx:
            before = tx.backups.of(id_of(place))
            tx.backups.keep(
                replace(
                    before,
                    set_name=manifest.name,
                    set_at=manifest.at,
                    base_at=manifest.based_at,
                    checked_at=at,
                    whole_at=at if whole else before.whole_at,
                    pages=written.pages,
                    sent=written.sent,
                    spool=manifest.spool,
                    failing="",
                    failing_since=0,
                )
            )
            for over in {before.failing, _OLD} - {""}:
                tx.alerts.seen_code(over, subject=before.place, at=at)
            # A leaf each hour would bury those that matter; the set of an hour is in the table.
            if whole:
                detail = {"base": written.base, "pages": written.pages, "leaves": manifest.leaves}
                tx.audit.append(Action.BACKED_UP, id_of(place), actor=actor, at=at, detail=detail)

    def _failed(self, place: Place, error: StorageError) -> None:
        at, name = self.clock.now(), id_of(place)
        with self.vault.transaction() as tx:
            state = tx.backups.of(name)
            since = state.failing_since if state.failing == error.code else at
            tx.backups.keep(replace(state, failing=error.code, failing_since=since))
            # A stick may be out for a while; a place that cannot be used for good is told at once.
            if error.code != MISSING or at - state.set_at > TOO_OLD_MS:
                tx.alerts.raise_(AlertKind.STAFF, error.code, subject=name, at=at)

    def _alert(self, code: str, subject: str) -> None:
        with self.vault.transaction() as tx:
            tx.alerts.raise_(AlertKind.STAFF, code, subject=subject, at=self.clock.now())

    def _state(self, place: Place) -> PlaceState:
        with self.vault.look() as tx:
            return tx.backups.of(id_of(place))

    def _id(self) -> str:
        """What the desk's folder at a place is called: random, so that it tells nothing."""
        with self.vault.look() as tx:
            known = tx.meta.get(Meta.COPIES_ID)
        if known is None:
            with self.vault.transaction() as tx:
                known = tx.meta.get(Meta.COPIES_ID) or new_id()[:16]
                tx.meta.put(Meta.COPIES_ID, known)
        return known


def files_of(folder: Path) -> Mapping[str, Path]:
    """What is copied beside the data files, by its path in the desk's folder."""
    found = {SETTINGS_FILE: folder / SETTINGS_FILE}
    found |= {path.relative_to(folder).as_posix(): path for path in (folder / ARCHIVE_FOLDER).rglob("*")}
    return {name: path for name, path in found.items() if path.is_file() and not path.is_symlink()}
