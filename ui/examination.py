"""Looking at a desk from outside, without its passphrase: each thing looked at, whether it is well, what to do."""

import shutil
import stat
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.folders import SETTINGS_FILE
from appliance.gateways.disk import Disk, disk_under
from appliance.gateways.keystore import OsKeystore
from appliance.keeping.mark_places import entry_of
from appliance.keyholding.listing import start_row
from appliance.keyholding.unattended import self_start
from appliance.settings.read import read_settings
from appliance.settings.values import CarrierKind
from storage.audit.mark_file import MarkFile
from storage.audit.marks import Mark, MarkPlace, kept_at, read_mark
from storage.driver import library_version
from storage.errors import NightdeskError
from storage.keys.keyring import public_facts
from storage.keys.keytable import KeyName
from storage.spool.reader import SpoolReader
from storage.vault import DESK_FILE, PERSONS_FILE
from ui.control import ask

LEAST_FREE_BYTES: Final = 1024**3
_CLOCK_SLACK_S: Final = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def examine(folder: Path, *, inside: bool = False) -> list[Finding]:
    """Every finding, in the order a person would look. `inside` the core nothing is looked at that needs a program of
    the system, or the core itself.
    """
    return [_looked(name, look, folder) for name, look in _LOOKS if not (inside and look in _FROM_OUTSIDE)]


def _looked(name: str, look: Callable[[Path], tuple[str, str]], folder: Path) -> Finding:
    try:
        detail, remedy = look(folder)
    except NightdeskError as error:
        return Finding(name, ok=False, detail=error.sentence, remedy=error.remedy or "run: nightdesk verify")
    except OSError as error:
        return Finding(name, ok=False, detail=f"{type(error).__name__}: {error.strerror}", remedy="check the disk")
    return Finding(name, ok=not remedy, detail=detail, remedy=remedy)


def _settings(folder: Path) -> tuple[str, str]:
    settings = read_settings(folder / SETTINGS_FILE)
    return f"{settings.desk.kind.value}, carrier {settings.carrier.kind.value}, model {settings.model.kind.value}", ""


def _files(folder: Path) -> tuple[str, str]:
    missing = [name for name in (DESK_FILE, PERSONS_FILE) if not (folder / name).is_file()]
    if missing:
        return f"missing: {', '.join(missing)}", "restore them from a backup; a new store is never made here"
    return "the data files are there", ""


def _keyring(folder: Path) -> tuple[str, str]:
    facts = public_facts(folder, desk=folder.name)
    slots = ", ".join(slot.kind.value for slot in facts.slots)
    if facts.findings:
        return (
            f"one copy of the keyring is bad; the other opens by {slots}",
            "open the desk once: the bad copy is written anew",
        )
    return f"both copies are whole; opens by {slots}", ""


def _start(folder: Path) -> tuple[str, str]:
    # No barrier stands in a command, so nothing has to be let through it.
    disk = disk_under(folder, may_start=lambda _: nullcontext())
    setting = read_settings(folder / SETTINGS_FILE).keys.unattended
    row = start_row(self_start(folder, setting=setting, disk=disk))
    found = f"disk {row.disk}, [keys] unattended = {row.setting}"
    if not row.opens or disk is Disk.ENCRYPTED:
        return f"{row.sentence} ({found})", ""
    return f"{row.sentence} ({found})", "whoever steals this machine can read everything: encrypt the disk"


def _rights(folder: Path) -> tuple[str, str]:
    if sys.platform == "win32":
        return "not looked at on Windows", ""
    others = stat.S_IMODE(folder.stat().st_mode) & 0o077
    if others:
        return "other accounts of this machine can look into the folder", f"run: chmod 700 {folder}"
    return "only your account can open the folder", ""


def _disk(folder: Path) -> tuple[str, str]:
    free = shutil.disk_usage(folder).free
    told = f"{free / 1024**3:.1f} GiB free"
    return told, "" if free >= LEAST_FREE_BYTES else "free some space: below 1 GiB texts may soon not be kept"


def _clock(folder: Path) -> tuple[str, str]:
    newest = max(path.stat().st_mtime for path in folder.rglob("*") if path.is_file())
    if newest > time.time() + _CLOCK_SLACK_S:
        return "the clock is behind what was written before", "set the clock of this machine right"
    return "the clock is not behind what was written before", ""


def _spool(folder: Path) -> tuple[str, str]:
    bad = [one for one in SpoolReader(folder / "spool", identities=()).check() if not one.harmless]
    if bad:
        return f"{len(bad)} damaged places", "run: nightdesk verify; the sweep fetches what is missing"
    return "every record is whole", ""


def _marks(folder: Path) -> tuple[str, str]:
    """What needs no passphrase: the marks are signed, and the keystore's must not be further on than the folder's."""
    keys = sorted(
        (key for key in public_facts(folder, desk=folder.name).keys if key.name is KeyName.AUDIT),
        key=lambda key: -key.generation,
    )
    public = [bytes.fromhex(key.public) for key in keys]
    beside, kept = (
        _mark(place, folder.name, public)
        for place in (MarkFile(folder / "spool"), entry_of(OsKeystore(), folder.name, public[-1]))
    )
    if kept and (beside is None or (kept.epoch, kept.point.size) > (beside.epoch, beside.point.size)):
        return (
            f"the keystore remembers {kept.point.size:,} entries of the log, and the folder is older",
            "run: nightdesk verify; then restore the newest backup",
        )
    return f"the folder's mark counts {beside.point.size:,} entries" if beside else "no mark yet", ""


def _mark(place: MarkPlace, desk: str, public: list[bytes]) -> Mark | None:
    text = kept_at(place).text
    return None if text is None else read_mark(text, desk=desk, public_keys=public)


def _library(_: Path) -> tuple[str, str]:
    return f"SQLite {library_version()} in SQLCipher", ""


def _core(folder: Path) -> tuple[str, str]:
    told = ask(folder, {"do": "status"})
    if told is None:
        return "the desk is not running", "start it: nightdesk serve"
    reasons = "; ".join(one["sentence"] for one in told["reasons"])
    return f"running, {told['state']}" + (f": {reasons}" if reasons else ""), ""


def _tunnel(folder: Path) -> tuple[str, str]:
    carrier = read_settings(folder / SETTINGS_FILE).carrier
    if carrier.kind is CarrierKind.TEST_PHONE:
        return "not needed: the test phone is built in", ""
    return f"the carrier must reach {carrier.public_url}/hooks/{folder.name}/sms (not tried from here)", ""


_LOOKS: Final = (
    ("settings", _settings),
    ("data files", _files),
    ("keyring", _keyring),
    ("start", _start),
    ("rights", _rights),
    ("disk", _disk),
    ("clock", _clock),
    ("spool", _spool),
    ("log marks", _marks),
    ("library", _library),
    ("core", _core),
    ("tunnel", _tunnel),
)
_FROM_OUTSIDE: Final = (_start, _core)
