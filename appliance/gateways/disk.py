"""Whether the disk under a folder is encrypted by the system: only then may a desk open itself unattended.

Linux is read from /proc and /sys; for macOS and Windows this is written for and not tried. What cannot be told
counts as not encrypted.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

FDESETUP: Final = "/usr/bin/fdesetup"
_CRYPT: Final = "CRYPT-"
_WITHIN_S: Final = 10
_DEEPEST: Final = 12


class Disk(StrEnum):
    """What was found."""

    ENCRYPTED = "encrypted"
    PLAIN = "plain"
    UNKNOWN = "unknown"


MayStart = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo: where, and from which device."""

    point: str
    kind: str
    source: str
    number: str


def disk_under(folder: Path, *, may_start: MayStart) -> Disk:
    """What the disk under that folder is. `may_start` lets one program through the barrier. Never raises."""
    look = _LOOKS.get(sys.platform)
    try:
        return Disk.UNKNOWN if look is None else look(folder.resolve(), may_start)
    except (OSError, ValueError, ImportError, subprocess.SubprocessError):
        return Disk.UNKNOWN


def linux_disk(folder: Path, *, root: Path) -> Disk:
    """The same for Linux, with the system's own tree under `root`. Raises OSError, ValueError."""
    mount = mount_of(folder, (root / "proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape"))
    block = root / "sys/class/block"
    name = _device_name(mount, root)
    if name is None or not (block / name).exists():
        return Disk.UNKNOWN  # a file system without a block device: overlay, ZFS, a network's
    names = _all_of_btrfs(name, root) if mount.kind == "btrfs" else (name,)
    return Disk.ENCRYPTED if all(_is_crypt(block, one, depth=0) for one in names) else Disk.PLAIN


def mount_of(folder: Path, mountinfo: str) -> Mount:
    """The mount that holds the folder: the longest path, of equals the last. Raises ValueError where none does."""
    mounts = [_mount(line) for line in mountinfo.splitlines() if " - " in line]
    holding = [one for one in mounts if folder.is_relative_to(one.point)]
    if not holding:
        raise ValueError
    longest = max(len(Path(one.point).parts) for one in holding)
    return [one for one in holding if len(Path(one.point).parts) == longest][-1]


def _mount(line: str) -> Mount:
    before, _, after = line.partition(" - ")
    fields, kind_and_source = before.split(" "), after.split(" ")
    return Mount(_unescaped(fields[4]), kind_and_source[0], _unescaped(kind_and_source[1]), fields[2])


def _unescaped(text: str) -> str:
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, letter)
    return text


def _device_name(mount: Mount, root: Path) -> str | None:
    """The kernel's name of the block device, such as dm-0 or nvme0n1p2."""
    numbered = root / "sys/dev/block" / mount.number
    if numbered.exists():
        return numbered.resolve().name
    # btrfs mounts have a number of their own: the source names the device.
    if not mount.source.startswith("/dev/"):
        return None
    return (root / mount.source.lstrip("/")).resolve().name


def _all_of_btrfs(name: str, root: Path) -> tuple[str, ...]:
    for devices in (root / "sys/fs/btrfs").glob("*/devices"):
        names = tuple(sorted(one.name for one in devices.iterdir()))
        if name in names:
            return names
    return (name,)


def _is_crypt(block: Path, name: str, *, depth: int) -> bool:
    """Whether everything this device writes goes through dm-crypt, here or further down."""
    uuid = block / name / "dm/uuid"
    if uuid.is_file() and uuid.read_text().startswith(_CRYPT):
        return True
    under = block / name / "slaves"
    slaves = sorted(one.name for one in under.iterdir()) if under.is_dir() else []
    return bool(slaves) and depth < _DEEPEST and all(_is_crypt(block, one, depth=depth + 1) for one in slaves)


def _linux(folder: Path, _: MayStart) -> Disk:
    return linux_disk(folder, root=Path("/"))


def _file_vault(_: Path, may_start: MayStart) -> Disk:
    with may_start(FDESETUP):
        done = subprocess.run(  # noqa: S603 - a program of the system, by its full path
            [FDESETUP, "status"],
            capture_output=True,
            text=True,
            timeout=_WITHIN_S,
            check=False,
        )
    if done.stdout.startswith("FileVault is On"):
        return Disk.ENCRYPTED
    return Disk.PLAIN if done.stdout.startswith("FileVault is Off") else Disk.UNKNOWN


def _bitlocker(folder: Path, _: MayStart) -> Disk:
    # manage-bde needs an administrator; this value every account may read. It speaks of the system's drive alone.
    import winreg

    if folder.drive.upper() != os.environ.get("SYSTEMDRIVE", "C:").upper():
        return Disk.UNKNOWN
    where = r"SYSTEM\CurrentControlSet\Control\BitLockerStatus"
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, where) as key:  # type: ignore[attr-defined,unused-ignore]
        status, _kind = winreg.QueryValueEx(key, "BootStatus")  # type: ignore[attr-defined,unused-ignore]
    return Disk.ENCRYPTED if status == 1 else Disk.PLAIN


_LOOKS: Final[Mapping[str, Callable[[Path, MayStart], Disk]]] = {
    "linux": _linux,
    "darwin": _file_vault,
    "win32": _bitlocker,
}
