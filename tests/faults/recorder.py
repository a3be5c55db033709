"""What real processes did to the disk: builds the library that is preloaded into them, and reads what it wrote down."""

import hashlib
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

from tests.system_tools import missing

SOURCE = Path(__file__).with_name("recorder.c")
CLOCK = Path(__file__).with_name("clock.c")
_HEAD = struct.Struct("=IIIIQQII")
_MAGIC = 0x4E44464B


class Op(IntEnum):
    """As in recorder.c; MARK is written by the test itself."""

    CREATE = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    SYNCED = 5
    RENAME = 6
    UNLINK = 7
    MKDIR = 8
    RMDIR = 9
    LINK = 10
    FAILED = 11
    MARK = 12


@dataclass(frozen=True, slots=True)
class Event:
    """One call that was done. `offset` is a size for TRUNCATE and names the call for SYNC and SYNCED."""

    op: Op
    pid: int
    inode: int
    offset: int
    path: str
    """Two paths for RENAME and LINK, with a NUL between."""
    data: bytes


@cache
def library(source: Path = SOURCE) -> Path:
    """What that file makes, built once for each state of it."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    built = Path(tempfile.gettempdir()) / f"nightdesk-faults-{os.getuid()}" / f"{source.stem}-{digest}.so"
    if not built.exists():
        built.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = built.with_suffix(f".{os.getpid()}")
        compiler = shutil.which("gcc") or shutil.which("cc") or "cc"
        subprocess.run(
            [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", fresh, source, "-ldl"],
            check=True,
        )
        fresh.replace(built)
    return built


@cache
def libraries() -> str:
    """All that is laid under processes here, as LD_PRELOAD takes it; nothing where there is no compiler."""
    if "compiler" in missing():
        return ""
    return ":".join(str(library(source)) for source in (SOURCE, CLOCK))


@dataclass(frozen=True, slots=True)
class Recording:
    """The records about one folder, which grow while the processes run."""

    home: Path
    trace: Path

    def environment(self, *, fault: str = "", arm: Path | None = None) -> dict[str, str]:
        """For a process that shall be recorded; `fault` as told in recorder.c."""
        told = {"LD_PRELOAD": libraries(), "NDF_HOME": str(self.home.resolve()), "NDF_TRACE": str(self.trace)}
        if fault:
            told["NDF_FAULT"] = fault
        if arm is not None:
            told["NDF_ARM"] = str(arm)
        return told

    def mark(self, word: str) -> None:
        """Something that an outsider knows by now: it stands behind all that led to it."""
        data = word.encode()
        head = _HEAD.pack(_MAGIC, os.getpid(), 0, Op.MARK, 0, 0, 0, len(data))
        descriptor = os.open(self.trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, head + data)
        finally:
            os.close(descriptor)

    def events(self) -> list[Event]:
        return list(read_events(self.trace.read_bytes() if self.trace.exists() else b""))


def failing(home: Path, fault: str, *, arm: Path | None = None) -> dict[str, str]:
    """For a process that shall meet a fault but needs no recording."""
    told = {"LD_PRELOAD": libraries(), "NDF_HOME": str(home.resolve()), "NDF_FAULT": fault}
    return told if arm is None else {**told, "NDF_ARM": str(arm)}


def read_events(data: bytes) -> Iterator[Event]:
    """The records, oldest first."""
    at = 0
    while at + _HEAD.size <= len(data):
        magic, pid, _, op, inode, offset, path_bytes, data_bytes = _HEAD.unpack_from(data, at)
        assert magic == _MAGIC, f"no record begins at byte {at}"
        at += _HEAD.size
        path, held = data[at : at + path_bytes].decode(), data[at + path_bytes : at + path_bytes + data_bytes]
        at += path_bytes + data_bytes
        yield Event(Op(op), pid, inode, offset, path, held)
