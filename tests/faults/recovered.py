"""What a state of the disk comes to once it was opened. The library and the spool put in order what a cut left undone,
and many states come to the same, byte for byte: what happens from there on is judged once for all of them.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from storage.datafiles import DATA_FILES
from storage.driver import connect_alone, driver_errors
from storage.errors import StorageError
from storage.keys.opened import OpenKeys
from storage.spool.writer import SpoolWriter
from storage.wal import wal_fault
from tests.faults.states import NOT_ON_DISK

OF_NO_MATTER = re.compile(r"/(run|logs|door\.[^/]*|[^/]*\.lock|\.?reserve[^/]*|search\.db[^/]*)(/|$)")
"""What the judge does not open: how processes find each other and what they say, room on the disk, the index, which is
derived. Words in the clear are looked for in these as well, in each state by itself; and real processes open them.
"""


def digest_once_opened(home: Path, folder: Path, keys: OpenKeys) -> str:
    """A digest of the whole home after that was done, by the code that does it for the desk; "" where this must be
    judged by itself: where a log is damaged, or something does not open.

    While keys are being changed nothing is put in order first: states are the same only if each byte is.
    """
    if not keys.pending:
        try:
            SpoolWriter(folder / "spool", recipient=keys.intake_recipient).close()
            for file in DATA_FILES:
                _fold(file.path(folder), keys.key(file.key).secret.reveal())
        except StorageError:
            return ""
    return _digest(home)


def _fold(path: Path, key: bytes) -> None:
    """Let the library take up what it takes of the log, and put it into the file."""
    if wal_fault(path):
        raise StorageError("the log is damaged")
    with closing(connect_alone(path, key)) as driver, driver_errors():
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _digest(home: Path) -> str:
    whole = hashlib.blake2b()
    for path in _that_count(home):
        content = path.read_bytes() if path.is_file() else b""
        whole.update(f"{path.relative_to(home)} {path.is_dir()} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def _that_count(home: Path) -> Iterator[Path]:
    for path in sorted(home.rglob("*")):
        if not OF_NO_MATTER.search(f"/{path.relative_to(home)}") and not path.name.endswith(NOT_ON_DISK):
            yield path
