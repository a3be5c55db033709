"""The one segment that is being written: begun so that it lasts, grown by whole records, each synced."""

import contextlib
import os
from pathlib import Path

from storage.spool.disk import Disk
from storage.spool.records import DIGEST, segment_header
from storage.spool.segments import segment_path


class SyncError(OSError):
    """A sync failed. What the file holds is not known from now on: Linux forgets the pages that it could not write."""


class OpenSegment:
    """Made by `begin`. `digest` is what the next record must follow."""

    def __init__(self, descriptor: int, disk: Disk, *, header: bytes, created: int) -> None:
        self._descriptor = descriptor
        self._disk = disk
        self.created = created
        self.size = len(header)
        self.digest = header[-DIGEST:]

    @classmethod
    def begin(cls, folder: Path, disk: Disk, *, first: int, created: int, previous: bytes) -> "OpenSegment":
        """A new file whose name and header last, so that no reader meets a letter in a file which a power cut could
        undo. Leaves nothing behind where it raises OSError.
        """
        path = segment_path(folder, first)
        header = segment_header(first=first, created=created, previous=previous)
        descriptor = disk.create(path)
        segment = cls(descriptor, disk, header=header, created=created)
        try:
            disk.write(descriptor, header)
            segment._sync()
            _sync_folder(disk, folder)
        except OSError:
            segment.close()
            with contextlib.suppress(OSError):
                disk.remove(path)
            raise
        return segment

    def append(self, record: bytes) -> None:
        """Raises SyncError, or another OSError where only a part was written: then `cut_back` may save the segment."""
        self._disk.write(self._descriptor, record)
        self._sync()
        self.size += len(record)
        self.digest = record[-DIGEST:]

    def cut_back(self) -> None:
        """Cut a half-written record off again. Raises OSError where that cannot be known to have worked."""
        self._disk.truncate(self._descriptor, self.size)
        self._sync()

    def close(self) -> None:
        os.close(self._descriptor)

    def _sync(self) -> None:
        try:
            self._disk.sync(self._descriptor)
        except OSError as error:
            raise SyncError(error.errno, error.strerror) from error


def _sync_folder(disk: Disk, folder: Path) -> None:
    try:
        disk.sync_folder(folder)
    except OSError as error:
        raise SyncError(error.errno, error.strerror) from error
