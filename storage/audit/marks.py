"""High-water marks: how far the log was when it was last signed, kept at places that do not go back with its file.

    nightdesk mark 1
    desk <name>
    epoch <which life of the desk>
    at <milliseconds>
    leaves <count> <root, base64>
                                                        an empty line, then the signature line of a checkpoint

A log that ends before a mark of its own epoch was cut, or an older copy of it was put back.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from storage.audit.log import AuditLog
from storage.audit.note import Checkpoint, signed_text, verified_text
from storage.errors import CheckpointError, LogBehindError, NightdeskError
from storage.keys.signer import AuditSigner

_MARK = re.compile(
    r"nightdesk mark 1\ndesk ([a-z0-9-]{1,64})\nepoch ([1-9]\d{0,8})\nat (\d{1,15})\nleaves (\d{1,15}) ([\w+/]{43}=)\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """So many leaves had this root at that time, in that life of the desk."""

    epoch: int
    at: int
    point: Checkpoint


class Standing(StrEnum):
    """What a mark says of the log beside it."""

    FITS = "fits"
    NONE = "none"  # nothing is kept there (yet)
    NO_PLACE = "no-place"  # the place is not there, or does not answer
    UNREADABLE = "unreadable"  # not a mark that this desk signed
    OLDER_EPOCH = "older-epoch"  # of before the desk was restored
    NEWER_EPOCH = "newer-epoch"  # this copy of the desk is of before a restoring
    BEHIND = "behind"  # the log ends before it
    OTHER_PAST = "other-past"  # the log is as long, and was another then


WRONG = frozenset({Standing.NEWER_EPOCH, Standing.BEHIND, Standing.OTHER_PAST})
"""What must not be so: this is not the log that was signed last."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found at a place, before the log is looked at: a mark as text, or as a value from a place that vouches
    for it itself, or nothing. `why` tells what kept the place from being read.
    """

    place: str
    text: str | None = None
    mark: Mark | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A place that was looked at. `why` tells what kept it from being read."""

    place: str
    standing: Standing
    mark: Mark | None = None
    why: str = ""


class MarkPlace(Protocol):
    """Where a mark is kept. Both may raise NightdeskError or OSError."""

    @property
    def name(self) -> str:
        """Which place it is: `spool`, `keystore`, `backup`."""

    def read(self) -> str | None:
        """The mark as it was written, or None."""

    def write(self, text: str) -> None:
        """Keep it, in the place of an older one."""


def spell(mark: Mark, signer: AuditSigner) -> str:
    """The mark as it is kept."""
    point = mark.point
    root = base64.b64encode(point.root).decode()
    text = f"nightdesk mark 1\ndesk {point.desk}\nepoch {mark.epoch}\nat {mark.at}\nleaves {point.size} {root}\n"
    return signed_text(text, signer, desk=point.desk)


def read_mark(text: str, *, desk: str, public_keys: Sequence[bytes]) -> Mark:
    """The mark that one of the desk's keys signed. Raises CheckpointError."""
    said = _MARK.fullmatch(verified_text(text, desk=desk, public_keys=public_keys))
    if said is None or said[1] != desk:
        raise CheckpointError("a high-water mark does not say what a mark of this desk says")
    return Mark(int(said[2]), int(said[3]), Checkpoint(desk, int(said[4]), base64.b64decode(said[5])))


def standing(mark: Mark, log: AuditLog, *, epoch: int) -> Standing:
    """What the mark says of this log. Raises AuditError where the log's own nodes are damaged."""
    if mark.epoch != epoch:
        return Standing.OLDER_EPOCH if mark.epoch < epoch else Standing.NEWER_EPOCH
    if mark.point.size > log.count():
        return Standing.BEHIND
    return Standing.FITS if log.root(mark.point.size) == mark.point.root else Standing.OTHER_PAST


def kept_at(place: MarkPlace) -> Kept:
    """What is kept at a place."""
    try:
        return Kept(place.name, text=place.read())
    except (OSError, NightdeskError) as error:
        return Kept(place.name, why=why(error))


def judge(kept: Kept, log: AuditLog, *, epoch: int, public_keys: Sequence[bytes]) -> Seen:
    """What it says of the log. Raises AuditError where the log's own nodes are damaged."""
    if kept.why:
        return Seen(kept.place, Standing.NO_PLACE, why=kept.why)
    if kept.text is None and kept.mark is None:
        return Seen(kept.place, Standing.NONE)
    try:
        mark = kept.mark or read_mark(kept.text or "", desk=log.desk, public_keys=public_keys)
    except CheckpointError as error:
        return Seen(kept.place, Standing.UNREADABLE, why=error.sentence)
    return Seen(kept.place, standing(mark, log, epoch=epoch), mark)


def behind(seen: Sequence[Seen]) -> LogBehindError:
    """What the marks say against the log, in a sentence."""
    return LogBehindError(
        "; ".join(told(one) for one in seen if one.standing in WRONG),
        remedy="keep a copy of the desk's folder and restore the newest backup; or, where you know why, let the desk go"
        " on as it is: nightdesk audit accept",
    )


def told(one: Seen) -> str:
    """What a place says, in a sentence."""
    return _SENTENCES[one.standing].format(place=one.place, why=one.why, size=one.mark.point.size if one.mark else 0)


def why(error: OSError | NightdeskError) -> str:
    """What kept a place from being read or written, in a sentence that names no path."""
    return error.sentence if isinstance(error, NightdeskError) else f"the file cannot be used ({type(error).__name__})"


_SENTENCES: Final = {
    Standing.FITS: "the {place} remembers {size:,} entries, and they are here",
    Standing.NONE: "the {place} remembers nothing yet",
    Standing.NO_PLACE: "the {place} cannot be asked: {why}",
    Standing.UNREADABLE: "what the {place} remembers is not signed by this desk",
    Standing.OLDER_EPOCH: "the {place} remembers the log of before this desk was restored",
    Standing.BEHIND: "the {place} remembers {size:,} entries, and the log ends before: its end is missing, or an older"
    " copy of the desk was put back",
    Standing.OTHER_PAST: "the first {size:,} entries are not those that the {place} remembers",
    Standing.NEWER_EPOCH: "the {place} remembers a later restoring of this desk than this copy of it",
}
