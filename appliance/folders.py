"""Where a desk lives: `<home>/<desk>/`, and the names of what is in it."""

import re
import unicodedata
from pathlib import Path
from typing import Final

from appliance.errors import ApplianceError

SETTINGS_FILE: Final = "settings.toml"
DOOR_FILE: Final = "door.json"
SPOOL_FOLDER: Final = "spool"
LOGS_FOLDER: Final = "logs"
ARCHIVE_FOLDER: Final = "archive"
CORE_LOCK: Final = "core.lock"
_LONGEST: Final = 40


class NoDeskError(ApplianceError):
    """There is no such desk. Not a damaged one: none was ever here, or the name is wrong."""

    code = "no-desk"
    exit_code = 2


class WhichDeskError(ApplianceError):
    """The home holds several desks, and none was named."""

    code = "which-desk"
    exit_code = 2


def core_runs(folder: Path) -> bool:
    """Whether a core serves the desk just now."""
    from filelock import FileLock, Timeout  # most commands only want to know where the desk is

    lock = FileLock(folder / CORE_LOCK, timeout=0)
    try:
        with lock:
            return False
    except Timeout:
        return True


def slug_of(name: str) -> str:
    """The folder's name for a desk: lower-case letters, digits and hyphens, as in `maple-street-dental`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:_LONGEST].strip("-")
    return slug or "desk"


def desks_in(home: Path) -> list[Path]:
    """The desks of a home: each folder with settings."""
    if not home.is_dir():
        return []
    # One that begins with a dot is being brought back at this moment, or was when its restore was cut off.
    folders = (folder for folder in home.iterdir() if not folder.name.startswith("."))
    return sorted(folder for folder in folders if (folder / SETTINGS_FILE).is_file())


def desk_folder(home: Path, name: str | None) -> Path:
    """The desk that is meant. Raises NoDeskError where there is none, WhichDeskError where there are several."""
    desks = {folder.name: folder for folder in desks_in(home)}
    if name is not None:
        if name not in desks:
            raise NoDeskError(f"there is no desk {name} in {home}", remedy=f"there are: {', '.join(desks) or 'none'}")
        return desks[name]
    if not desks:
        raise NoDeskError(f"there is no desk in {home}", remedy="make one with `nightdesk init`, or give --home")
    if len(desks) > 1:
        raise WhichDeskError(f"{home} holds several desks: {', '.join(desks)}", remedy="add --desk NAME")
    return next(iter(desks.values()))
