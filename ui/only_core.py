"""One process at a time works on a desk: the core, or a command that opens the desk itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from appliance.folders import CORE_LOCK
from storage.errors import AlreadyRunningError


@contextmanager
def only_core(folder: Path) -> Iterator[None]:
    """Held while the block runs. Raises AlreadyRunningError."""
    lock = FileLock(folder / CORE_LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunningError(
            f"the desk {folder.name} is served already", remedy="use it, or end the other process first"
        ) from None
    try:
        yield
    finally:
        lock.release()
