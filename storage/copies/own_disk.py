"""Failures of this machine's own disk while copies are made or brought back, named like all others."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import DiskError, DiskFullError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def own_disk() -> Iterator[None]:
    """Raises DiskFullError or DiskError for what the system says within."""
    try:
        yield
    except OSError as failure:
        if failure.errno in _FULL:
            raise DiskFullError(
                "this machine's disk is full", remedy="free some space; the backups that are there are whole"
            ) from None
        kind = errno.errorcode.get(failure.errno or 0, type(failure).__name__)
        raise DiskError(f"this machine's disk failed ({kind})", remedy="check the disk and its permissions") from None
