"""The one writer of a spool: many letters become one sealed record, one write, one fsync.

When `append` returns, the letters are on stable storage; when it raises, nobody may be told that they are. After a
write or fsync that failed for another reason than a full disk, the state of the file is not known (Linux forgets the
pages of a failed fsync), so this writer acknowledges nothing more; a fresh process heals the end and goes on.
"""

import contextlib
import errno
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import filelock
import pyrage

from storage.errors import AlreadyRunningError, SpoolError, SpoolFailedError, SpoolFullError
from storage.letters import Letter, encode_letters
from storage.spool.allowance import Allowance
from storage.spool.disk import Disk
from storage.spool.heal import Start, heal
from storage.spool.limits import USUAL_LIMITS, SpoolLimits
from storage.spool.records import MAX_LETTERS, NO_DIGEST, Flag, record, segment_header
from storage.spool.segments import segment_path, taken

_LOCK = "writer.lock"
# Each opening begins far above all that was ever numbered, and above what the clock allows: a sequence is never used
# twice, not even when a power cut, an older copy of the folder or its loss took letters that intake has already seen.
_SEQUENCES_A_SECOND = 1 << 20
_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def _system_clock() -> int:
    return time.time_ns() // 1_000_000


class SpoolWriter:
    """Appends letters. Not for several threads: the door has one, and one process holds the lock."""

    def __init__(
        self,
        folder: Path,
        *,
        recipient: str,
        limits: SpoolLimits = USUAL_LIMITS,
        disk: Disk | None = None,
        now: Callable[[], int] = _system_clock,
    ) -> None:
        """Raises AlreadyRunningError where another process writes. A disk that fails is told by `append`."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._limits = limits
        self._disk = disk or Disk()
        self._now = now
        self._descriptor: int | None = None
        self._created = self._size = self._next = 0
        self._failure = ""
        self._allowance: Allowance | None = None
        self._start = Start(0, NO_DIGEST)
        self.reseal(recipient)
        self._lock = filelock.FileLock(folder / _LOCK)
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            raise AlreadyRunningError("another process writes to this desk's spool") from None
        try:
            self._start = heal(folder, self._disk)
            self._allowance = Allowance(folder, limits)
        except OSError as error:
            self._fail(error)

    def reseal(self, recipient: str) -> None:
        """Seal to another intake key from now on."""
        self._recipient = pyrage.x25519.Recipient.from_str(recipient)

    @property
    def failure(self) -> str:
        """Why nothing more is acknowledged, or an empty string."""
        return self._failure

    @property
    def allowance(self) -> Allowance | None:
        return self._allowance

    def append(self, letters: Sequence[Letter], *, checked: bool) -> None:
        """Put the letters on stable storage as one record.

        Raises SpoolFullError (none of them is kept; ask again later) or SpoolFailedError (ask another process).
        """
        allowance = self._usable()
        payload = pyrage.encrypt(encode_letters(letters), [self._recipient])
        flags = Flag(0) if checked else Flag.UNCHECKED
        for_size = len(payload) + 256
        allowance.ask(letters=len(letters), size=for_size, unchecked=not checked)
        try:
            written = self._write_record(payload, flags, len(letters))
        except OSError as error:
            raise self._after_failed_write(error) from error
        allowance.used(letters=len(letters), size=written, unchecked=not checked)

    def rest(self) -> None:
        """Called when there is time: closes a segment that has grown old, so that it can be dropped."""
        if self._descriptor is not None and self._has_grown_old():
            self._close_segment()

    def close(self) -> None:
        self._close_segment()
        self._lock.release()

    def _usable(self) -> Allowance:
        if self._failure or self._allowance is None:
            raise self._failed()
        return self._allowance

    def _write_record(self, payload: bytes, flags: Flag, letters: int) -> int:
        if letters > MAX_LETTERS:
            raise ValueError(f"{letters} letters are too many for one record")
        if self._descriptor is None or self._size >= self._limits.segment_bytes or self._has_grown_old():
            self._begin_segment()
        descriptor = self._open_descriptor()
        data = record(
            flags=flags,
            letters=letters,
            first=self._next,
            received=self._now(),
            previous=self._start.previous,
            payload=payload,
        )
        self._disk.write(descriptor, data)
        self._sync(lambda: self._disk.sync(descriptor))
        self._size += len(data)
        self._next += letters
        self._start = Start(self._next - 1, data[-32:])
        return len(data)

    def _begin_segment(self) -> None:
        self._close_segment()
        created = self._now()
        floor = max(self._start.last, taken(self._folder))
        if self._next == 0:
            self._next = max(floor + _SEQUENCES_A_SECOND, created // 1000 * _SEQUENCES_A_SECOND)
        path = segment_path(self._folder, self._next)
        data = segment_header(first=self._next, created=created, previous=self._start.previous)
        descriptor = self._disk.create(path)
        try:
            # The name and the header last before the first letter does, so no reader meets a letter in a file
            # whose very existence a power cut could undo.
            self._disk.write(descriptor, data)
            self._sync(lambda: self._disk.sync(descriptor))
            self._sync(lambda: self._disk.sync_folder(self._folder))
        except (OSError, SpoolFailedError):
            os.close(descriptor)
            with contextlib.suppress(OSError):
                self._disk.remove(path)
            raise
        for leftover in self._start.leftovers:
            with contextlib.suppress(OSError):
                self._disk.remove(leftover)
        self._descriptor, self._created, self._size = descriptor, created, len(data)
        self._start = Start(self._start.last, data[-32:])

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise SpoolFailedError("the spool has no open segment")
        return self._descriptor

    def _has_grown_old(self) -> bool:
        return self._now() - self._created > self._limits.segment_age_ms

    def _close_segment(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _sync(self, sync: Callable[[], None]) -> None:
        try:
            sync()
        except OSError as error:
            self._fail(error)
            raise self._failed() from error

    def _after_failed_write(self, error: OSError) -> SpoolError:
        if error.errno in _NO_ROOM and self._undo_half_record():
            return SpoolFullError("the disk is full", remedy="free space on the disk of the desk")
        self._fail(error)
        return self._failed()

    def _failed(self) -> SpoolFailedError:
        return SpoolFailedError(
            f"the spool cannot be written: {self._failure}", remedy="restart the door once the disk is well again"
        )

    def _undo_half_record(self) -> bool:
        """Cut a half-written record off again. False where that cannot be known to have worked."""
        if self._descriptor is None:
            return True
        try:
            self._disk.truncate(self._descriptor, self._size)
            self._disk.sync(self._descriptor)
        except OSError:
            return False
        return True

    def _fail(self, error: OSError) -> None:
        self._failure = errno.errorcode.get(error.errno or 0, type(error).__name__)
        self._close_segment()
