"""Bringing a desk back on another machine, from a place with its copies and the recovery sheet. It asks nothing else.

1. the newest whole set, every page checked, in a folder beside where it will stand
2. a new signing key: the old machine may still sign
3. a new epoch, sending paused until the owner says that the old machine is off, nobody signed in
4. whoever was erased since the backup is erased again
5. everything is checked once more, as `nightdesk verify` does
6. the folder takes its name: only now there is a desk; the epoch is left at the place, so that the old machine stops
The sweep of the first start then fetches from the carrier what came in between.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.access.sign_in import OWNER
from appliance.copies.epochs import RESTORED, Epochs
from appliance.folders import LOGS_FOLDER, SPOOL_FOLDER
from appliance.gateways.clock import Clock
from appliance.keeping.erasing import apply_tombstones
from storage.alerts import AlertKind
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.check import check_brought_back
from storage.copies.own_disk import own_disk
from storage.copies.place import Place
from storage.copies.restore import Brought, bring_back
from storage.copies.shelf import Shelf
from storage.copies.trial import throw_away
from storage.errors import DamagedError, ExistsError, StorageError
from storage.keys.after_restore import renew_signing_key
from storage.keys.opened import OpenKeys
from storage.keys.sheet import read_sheet
from storage.lasting import sync_folder
from storage.meta import Meta
from storage.report import Report
from storage.spool.segments import segment_paths
from storage.vault import Vault

_BEGINNING: Final = ".restoring-"


@dataclass(frozen=True, slots=True)
class Restored:
    """A desk that stands again. `passed_over` are younger sets that were damaged; `unmarked` says why the old machine
    could not be told through the place."""

    desk: str
    folder: Path
    set_name: str
    lost_ms: int
    took_ms: int
    epoch: int
    public_key: str
    erased_again: int
    letters: int
    report: Report
    passed_over: tuple[str, ...]
    unmarked: str


def restore_desk(place: Place, home: Path, sheet: str, *, clock: Clock, spool: Path | None = None) -> Restored:
    """Bring the newest whole set back as a desk under `home`. `spool` is the old machine's, where it is at hand.

    Raises ExistsError (never over a desk), RecoveryCodeError, WrongKeyError, NoCopyError, DamagedError, PlaceError.
    """
    began = clock.now()

    def may_be(desk: str) -> None:
        if (home / desk).exists():
            raise ExistsError(
                f"there is a desk {desk} in {home} already; nothing is brought back over it",
                remedy="move its folder away, or give another --home",
            )

    identity = read_sheet(sheet)
    with own_disk(), throw_away(home, beginning=_BEGINNING) as work:
        brought = bring_back(place, identity, work, may_be=may_be)  # 1
        identity.wipe()
        for name in (SPOOL_FOLDER, LOGS_FOLDER):
            (work / name).mkdir(mode=0o700)
        letters = _take_spool(spool, work / SPOOL_FOLDER)
        keys = renew_signing_key(work, brought.keys, now=clock.now())  # 2
        epoch, erased, unmarked = _begin_again(work, keys, brought, clock, spooled=letters > 0)  # 3, 4
        report = check_brought_back(work, keys)  # 5
        if not report.ok:
            told = "; ".join(f"{check.name}: {check.detail}" for check in report.checks if not check.ok)
            raise DamagedError(f"the desk came back, and is not whole: {told}", remedy="try another place with copies")
        public = keys.audit_public_keys()[0].hex()
        keys.close()
        work.rename(home / keys.desk)  # 6
        sync_folder(home)
    manifest = brought.rebuilt.manifest
    return Restored(
        desk=keys.desk,
        folder=home / keys.desk,
        set_name=manifest.name,
        lost_ms=max(0, began - manifest.at),
        took_ms=clock.now() - began,
        epoch=epoch,
        public_key=public,
        erased_again=erased,
        letters=letters,
        report=report,
        passed_over=brought.passed_over,
        unmarked=unmarked,
    )


def _take_spool(spool: Path | None, into: Path) -> int:
    """The old machine's letters; how many files. They are read in at the first start, each once."""
    paths = [] if spool is None else segment_paths(spool)
    for path in paths:
        shutil.copyfile(path, into / path.name)
    return len(paths)


def _begin_again(
    folder: Path, keys: OpenKeys, brought: Brought, clock: Clock, *, spooled: bool
) -> tuple[int, int, str]:
    """The new epoch, how many people were erased again, and why the place could not be marked."""
    vault = Vault(folder, keys)
    try:
        epochs = Epochs(vault, clock)
        epoch = epochs.next(brought.shelf)
        at = clock.now()
        with vault.transaction() as tx:
            tx.meta.put(Meta.EPOCH, epoch)
            tx.meta.put(Meta.EPOCH_SEEN, 0)
            tx.meta.put(Meta.SENDING_PAUSED, RESTORED)
            if not spooled:
                # This machine's spool begins empty: a mark in the old one's would say that its end is missing.
                tx.meta.put(Meta.SPOOL_SEQUENCE, 0)
            tx.sessions.end_all()
            tx.alerts.raise_(AlertKind.STAFF, RESTORED, subject=RESTORED, at=at)
            tx.audit.append(Action.RESTORED, actor=OWNER, at=at, detail=_detail(keys, brought, epoch))
            sign(tx.audit, keys.signer(), at, older_keys=keys.audit_public_keys())
        erased = apply_tombstones(vault, clock)
        return epoch, erased, _marked(epochs, brought.shelf)
    finally:
        for _, engine in vault.engines():
            engine.dispose()


def _detail(keys: OpenKeys, brought: Brought, epoch: int) -> dict[str, object]:
    new, old = (key.hex() for key in keys.audit_public_keys()[:2])
    manifest = brought.rebuilt.manifest
    return {
        "epoch": epoch,
        "set_at": manifest.at,
        "leaves": manifest.leaves,
        "passed_over": len(brought.passed_over),
        "public": new,
        "previous": old,
    }


def _marked(epochs: Epochs, shelf: Shelf) -> str:
    try:
        epochs.mark(shelf)
    except StorageError as error:
        return error.sentence
    return ""
