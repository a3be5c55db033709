"""What the system refuses a command, told as our own errors are: with a code, a sentence and what to do."""

import errno
from collections.abc import Mapping
from typing import Final

from storage.errors import NightdeskError


class SystemRefusedError(NightdeskError):
    """The system did not do what a command needs; `code` says what."""

    code = "system-refused"

    def __init__(self, code: str, sentence: str, *, remedy: str) -> None:
        super().__init__(sentence, remedy=remedy)
        self.code = code  # type: ignore[misc]  # one for each cause


_DESCRIPTORS: Final = ("descriptors-short", "this machine lets no more files be opened", "close other programs")
_KINDS: Final[Mapping[int, tuple[str, str, str]]] = {
    errno.EROFS: ("disk-read-only", "the disk can only be read", "check the disk; it may be failing"),
    errno.EACCES: ("not-permitted", "this account may not use the file", "give the file or its folder to this account"),
    errno.ENOSPC: ("disk-full", "the disk is full", "free some space"),
    errno.EIO: ("disk-error", "the disk failed", "check the disk and its cables"),
    errno.EMFILE: _DESCRIPTORS,
    errno.ENFILE: _DESCRIPTORS,
    errno.ENOMEM: ("memory-short", "this machine has no memory left", "close other programs"),
}


def refusal_of(error: OSError) -> SystemRefusedError | None:
    """The error as ours; None where it is of another kind, and a mistake in the program."""
    if error.errno is None or error.errno not in _KINDS:
        return None
    code, sentence, remedy = _KINDS[error.errno]
    where = f": {error.filename}" if isinstance(error.filename, str) else ""
    return SystemRefusedError(code, f"{sentence}{where}", remedy=remedy)
