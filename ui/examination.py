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
from appliance.keyholding.listing import start_row
from appliance.keyholding.unattended import self_start
from appliance.settings.read import read_settings
from appliance.settings.values import CarrierKind
from storage.database import library_version
from storage.errors import NightdeskError
from storage.keys.keyring import public_facts
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


def examine(folder: Path) -> list[Finding]:
    """Every finding, in the order a person would look."""
    return [_looked(name, look, folder) for name, look in _LOOKS]


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
    ("library", _library),
    ("core", _core),
    ("tunnel", _tunnel),
)
