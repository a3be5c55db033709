"""The check of a desk: every file is looked at, each fault is named, nothing is mended. Works beside a running core."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from storage.archive_file import check_archives
from storage.audit.mark_file import MarkFile
from storage.audit.marks import WRONG, MarkPlace, behind, judge, kept_at, told
from storage.database import open_database
from storage.datafiles import DATA_FILES, DataFile
from storage.driver import RESTORE
from storage.errors import DamagedError, StorageError, WrongKeyError
from storage.integrity import faults_in
from storage.keys.keyring import unlock
from storage.keys.mark import held_to_mark
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.messages import MessageState
from storage.meta import Meta
from storage.migrations.run import expect_newest
from storage.report import Checks, Counts, Report
from storage.rotation.standing import apart, standing
from storage.sample import keyless, sealed_values
from storage.spool.reader import Finding, SpoolReader
from storage.spool.segments import first_of, segment_paths
from storage.vault import DESK_FILE, PERSONS_FILE, Vault
from storage.wal import wal_fault

SPOOL_FOLDER = "spool"
_SWEEP = "start the desk: what the carrier still has is fetched by the sweep"
_MOST_TOLD = 5


def check_desk(
    folder: Path,
    passphrase: SecretBytes,
    *,
    full: bool = False,
    marks: Callable[[OpenKeys], Sequence[MarkPlace]] = lambda _: (),
) -> Report:
    """Check keyring, data files, person keys and seals, log and its marks, spool. `full` opens every sealed value, not
    a sample; `marks` are places beside the spool where the log's high-water mark is kept.

    Raises WrongKeyError, since that is no fault of the desk; every fault is told in the report.
    """
    checks = Checks()
    keys = _keyring(checks, folder, passphrase)
    if keys is None:
        checks.skip(DESK_FILE, PERSONS_FILE, "keyring age", "seals", "archive", "log", "marks", "counts")
        spooled = _spool(checks, folder, SpoolReader(folder / SPOOL_FOLDER, identities=()), taken=0)
        return Report(tuple(checks.made), Counts(spooled=spooled))
    try:
        places = (MarkFile(folder / SPOOL_FOLDER), *marks(keys))
        return _with_keys(checks, folder, keys, full=full, places=places, spool=True)
    finally:
        keys.close()


def check_brought_back(folder: Path, keys: OpenKeys) -> Report:
    """As `check_desk`, for files that came from a backup, with keys that are open already: there is no spool yet."""
    return _with_keys(Checks(), folder, keys, full=False, places=(), spool=False)


def _with_keys(
    checks: Checks, folder: Path, keys: OpenKeys, *, full: bool, places: Sequence[MarkPlace], spool: bool
) -> Report:
    counts, taken = Counts(), 0
    # Beside a rotation of the keys, and after one that was cut off, other files may count than those of every day.
    stands = standing(folder, keys)
    keys = stands.keys
    files = [
        checks.make(one.name, partial(_data_file, path, keys, one))
        for one, path in zip(DATA_FILES, stands.paths, strict=True)
    ]
    if all(files):
        vault = Vault(folder, keys, stands=stands)
        try:
            checks.make("keyring age", lambda: _keyring_age(vault))
            checks.make("seals", lambda: _seals(vault, full=full))
            checks.make("archive", lambda: _archive(vault))
            checks.make("log", lambda: _log(vault))
            checks.make("marks", lambda: _marks(vault, places))
            counts, taken = _counts(checks, vault)
        finally:
            for _, engine in vault.engines():
                engine.dispose()
    else:
        # Opening a file drops a damaged log: where there is one, nothing is tried with any key.
        if not any(wal_fault(path) for path in stands.paths) and (error := apart(stands)):
            checks.fail("keyring age", error)
        else:
            checks.skip("keyring age")
        checks.skip("seals", "archive", "log", "marks", "counts")
    if not spool:
        return Report(tuple(checks.made), counts)
    reader = SpoolReader(folder / SPOOL_FOLDER, identities=keys.intake_identities())
    spooled = _spool(checks, folder, reader, taken=taken)
    return Report(tuple(checks.made), replace(counts, spooled=spooled))


def _keyring(checks: Checks, folder: Path, passphrase: SecretBytes) -> OpenKeys | None:
    try:
        keys = unlock(folder, passphrase=passphrase, desk=folder.name)
    except WrongKeyError:
        raise
    except StorageError as error:
        checks.fail("keyring", error)
        return None
    if keys.findings:
        told = "; ".join(finding.sentence for finding in keys.findings)
        remedy = f"{keys.copy} opens the desk; start the desk again, and the other copy is written anew from it"
        checks.fail("keyring", DamagedError(told, remedy=remedy))
    else:
        checks.make("keyring", lambda: f"both copies are whole; {len(keys.all())} keys")
    return keys


def _keyring_age(vault: Vault) -> str:
    with vault.look() as tx:
        held_to_mark(vault.keys, tx.meta.number(Meta.KEYRING_SEQUENCE))
    return "the keyring is the newest that this desk has seen"


def _data_file(path: Path, keys: OpenKeys, one: DataFile) -> str:
    # Before it is opened: the library would drop a damaged log with all that is in it, and say nothing.
    if fault := wal_fault(path):
        raise DamagedError(
            fault, remedy="start the desk: it goes on from the last whole change, and the spool refills it"
        )
    engine = open_database(path, keys.key(one.key).secret.reveal())
    try:
        if faults := faults_in(engine):
            raise DamagedError(f"{path.name} is damaged: {'; '.join(faults)}", remedy="restore it from a backup")
        expect_newest(engine, one.schema)
    finally:
        engine.dispose()
    return f"every page and every tree is whole ({path.stat().st_size:,} bytes)"


def _seals(vault: Vault, *, full: bool) -> str:
    if missing := keyless(vault):
        told = ", ".join(missing[:_MOST_TOLD])
        raise DamagedError(
            f"{len(missing)} people have no key: {told}", remedy=f"restore {PERSONS_FILE} from its newest copy"
        )
    shut: dict[str, int] = {}
    opened = 0
    for sealed in sealed_values(vault, full=full):
        try:
            vault.prove(sealed)
        except StorageError:
            place = f"{sealed.table}.{sealed.column}"
            shut[place] = shut.get(place, 0) + 1
        opened += 1
    if shut:
        told = ", ".join(f"{count} in {place}" for place, count in shut.items())
        raise DamagedError(f"{sum(shut.values())} of {opened} sealed values do not open: {told}", remedy=RESTORE)
    return f"{opened:,} sealed values open with the keys of their people" + ("" if full else " (a sample)")


def _archive(vault: Vault) -> str:
    with vault.look() as tx:
        files = tx.archive.files()
    texts = check_archives(vault.folder, files, desk=vault.keys.desk)
    return f"{len(files)} archive files are whole; {texts:,} texts in them"


def _log(vault: Vault) -> str:
    with vault.look() as tx:
        checked = tx.audit.check(*vault.keys.audit_public_keys())
    kept = f" ({checked.first:,} of them by hash only)" if checked.first else ""
    return f"{checked.leaves:,} leaves verify{kept}; {checked.signed:,} of them are signed for"


def _marks(vault: Vault, places: Sequence[MarkPlace]) -> str:
    kept = [kept_at(place) for place in places]  # before the log: a running desk may write one meanwhile
    with vault.look() as tx:
        epoch, public_keys = tx.meta.epoch(), vault.keys.audit_public_keys()
        seen = [judge(one, tx.audit, epoch=epoch, public_keys=public_keys) for one in kept]
    if any(one.standing in WRONG for one in seen):
        raise behind(seen)
    return "; ".join(told(one) for one in seen)


def _counts(checks: Checks, vault: Vault) -> tuple[Counts, int]:
    found = [(Counts(), 0)]

    def look() -> str:
        with vault.look() as tx:
            counts = Counts(
                messages_in=tx.messages.count(),
                messages_out=tx.replies.count_accepted(),
                held=tx.messages.count(MessageState.HELD),
                leaves=tx.audit.count(),
            )
            found.append((counts, tx.meta.number(Meta.SPOOL_SEQUENCE)))
        return f"{counts.messages_in:,} messages in, {counts.messages_out:,} out, {counts.held:,} held"

    checks.make("counts", look)
    return found[-1]


def _spool(checks: Checks, folder: Path, reader: SpoolReader, *, taken: int) -> int:
    """Check the spool; how many letters wait in it."""
    checks.make("spool", lambda: _spool_looked(folder / SPOOL_FOLDER, reader, taken))
    return reader.count_after(taken)


def _spool_looked(folder: Path, reader: SpoolReader, taken: int) -> str:
    if not folder.is_dir():
        raise DamagedError("the spool's folder is not there", remedy=_SWEEP)
    grave = [finding for finding in reader.check() if not finding.harmless]
    if grave:
        raise DamagedError("; ".join(map(_told, grave[:_MOST_TOLD])), remedy=_SWEEP)
    paths = segment_paths(folder)
    # The newest segment is never dropped: the letter taken in last is in it, or before one that begins after it.
    if taken and not any(first_of(path) > taken for path in paths) and not reader.count_after(taken - 1):
        raise DamagedError(
            f"the spool ends before letter {taken}, which was taken in: its end is missing", remedy=_SWEEP
        )
    return f"every letter of {len(paths)} segments is whole"


def _told(finding: Finding) -> str:
    return f"{finding.segment}: {finding.fault.value} at byte {finding.offset}"
