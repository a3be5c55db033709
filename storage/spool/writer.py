"""The one writer of a spool: many letters become one sealed record, one write, one fsync.

When `append` returns, the letters are on stable storage; when it raises, nobody may be told that they are. After a
write or fsync that failed for another reason than a full disk, the state of the file is not known (Linux forgets the
pages of a failed fsync), so this writer acknowledges nothing more; a fresh process heals the end and goes on.
"""

import contextlib
import errno
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import filelock
import pyrage

from storage.errors import AlreadyRunningError, SpoolError, SpoolFailedError, SpoolFullError
from storage.letters import Letter, encode_letters
from storage.spool.allowance import Allowance
from storage.spool.disk import Disk
from storage.spool.heal import Start, heal
from storage.spool.limits import USUAL_LIMITS, SpoolLimits
from storage.spool.open_segment import OpenSegment, SyncError
from storage.spool.records import MAX_LETTERS, NO_DIGEST, Flag, record, record_size
from storage.spool.segments import LOCK_FILE, taken

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
        self._segment: OpenSegment | None = None
        self._next = 0
        self._previous = NO_DIGEST
        self._leftovers: tuple[Path, ...] = ()
        self._failure = ""
        self._writing = Lock()
        self._allowance: Allowance | None = None
        self.reseal(recipient)
        self._lock = filelock.FileLock(folder / LOCK_FILE)
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            raise AlreadyRunningError("another process writes to this desk's spool") from None
        try:
            self._take_up(heal(folder, self._disk))
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
        if len(letters) > MAX_LETTERS:
            raise ValueError(f"{len(letters)} letters are too many for one record")
        if self._failure or self._allowance is None:
            raise self._failed()
        payload = pyrage.encrypt(encode_letters(letters), [self._recipient])
        size = record_size(payload)
        self._allowance.ask(letters=len(letters), size=size, unchecked=not checked)
        try:
            with self._writing:
                self._write(payload, Flag(0) if checked else Flag.UNCHECKED, len(letters))
        except OSError as error:
            raise self._after(error) from error
        self._allowance.used(letters=len(letters), size=size, unchecked=not checked)

    def rest(self) -> None:
        """Called when there is time: closes a segment that has grown old, so that it can be dropped."""
        if self._segment is not None and self._has_grown_old(self._segment):
            self._close_segment()

    def begin_segment(self) -> None:
        """Write no more into any file that is there. May be called by another thread than the one that appends."""
        with self._writing:
            self._close_segment()

    def close(self) -> None:
        self._close_segment()
        self._lock.release()

    def _take_up(self, start: Start) -> None:
        floor = max(start.last, taken(self._folder)) + _SEQUENCES_A_SECOND
        self._next = max(floor, self._now() // 1000 * _SEQUENCES_A_SECOND)
        self._previous, self._leftovers = start.previous, start.leftovers
        self._allowance = Allowance(self._folder, self._limits)

    def _write(self, payload: bytes, flags: Flag, letters: int) -> None:
        segment = self._segment_with_room()
        segment.append(
            record(
                flags=flags,
                letters=letters,
                first=self._next,
                received=self._now(),
                previous=segment.digest,
                payload=payload,
            )
        )
        self._next += letters
        self._previous = segment.digest

    def _segment_with_room(self) -> OpenSegment:
        segment = self._segment
        if segment is not None and segment.size < self._limits.segment_bytes and not self._has_grown_old(segment):
            return segment
        self._close_segment()
        self._segment = OpenSegment.begin(
            self._folder, self._disk, first=self._next, created=self._now(), previous=self._previous
        )
        for leftover in self._leftovers:
            with contextlib.suppress(OSError):
                self._disk.remove(leftover)
        self._leftovers = ()
        return self._segment

    def _has_grown_old(self, segment: OpenSegment) -> bool:
        return self._now() - segment.created > self._limits.segment_age_ms

    def _close_segment(self) -> None:
        if self._segment is not None:
            self._segment.close()
            self._segment = None

    def _after(self, error: OSError) -> SpoolError:
        """What to tell after a failed write: there was no room, and nothing is left of it; or the disk has failed."""
        if error.errno in _NO_ROOM and not isinstance(error, SyncError):
            try:
                if self._segment is not None:
                    self._segment.cut_back()
                return SpoolFullError("the disk is full", remedy="free space on the disk of the desk")
            except OSError:
                pass
        self._fail(error)
        return self._failed()

    def _fail(self, error: OSError) -> None:
        self._failure = errno.errorcode.get(error.errno or 0, type(error).__name__)
        self._close_segment()

    def _failed(self) -> SpoolFailedError:
        return SpoolFailedError(
            f"the spool cannot be written: {self._failure}", remedy="restart the door once the disk is well again"
        )
