"""The names of the door's files in its desk's folder, and the note by which a core finds a door that is up."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DoorUp:
    """A door that runs: its process, where the carrier reaches it, where the core does, and its release."""

    pid: int
    port: int
    control_port: int
    release: str


def lock_path(folder: Path) -> Path:
    """Held by the running door. What it says of itself is in a file of its own: Windows lets nobody read a held one."""
    return folder / "door.lock"


def key_path(folder: Path) -> Path:
    return folder / "run" / "door.key"


def spool_path(folder: Path) -> Path:
    return folder / "spool"


def log_path(folder: Path) -> Path:
    return folder / "logs" / "door.log"


def write_up(folder: Path, up: DoorUp) -> None:
    fresh = _up_path(folder).with_suffix(".new")
    fresh.write_text(json.dumps(asdict(up)) + "\n", encoding="utf-8")
    fresh.replace(_up_path(folder))


def read_up(folder: Path) -> DoorUp | None:
    """What the last door said when it started; whether it still runs, the lock tells."""
    try:
        return DoorUp(**json.loads(_up_path(folder).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _up_path(folder: Path) -> Path:
    return folder / "run" / "door.json"
