"""Reading: the one call that opens what people wrote. Its leaf is written first, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.errors import ErasedError
from storage.keys.opened import OpenKeys
from storage.plaintext import Plaintext
from storage.reasons import Reasons, words_of
from storage.seals import Sealed, Seals

_MOST_NAMED = 200

Opened = dict[Sealed, Plaintext]
"""What a reading opened, each by the shut value that stood for it."""


class Shown(StrEnum):
    """What an act of reading is for."""

    INBOX = "inbox"
    THREAD = "thread"
    ORIGINAL = "original"
    PHONE = "phone"
    CROSSING = "crossing"
    ANSWERING = "answering"
    SENDING = "sending"
    EXPORT = "export"
    REASON = "reason"
    REQUESTS = "requests"
    ARCHIVE = "archive"
    SEARCH = "search"
    # Read by nobody: the words go into the index.
    INDEXING = "indexing"


_ACTS = frozenset({Shown.ANSWERING, Shown.SENDING, Shown.EXPORT})
ERASED = Plaintext("[erased]")
"""What a page shows where words of an erased person stood."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An act of reading: who reads what, and why where a reason is asked for. The leaf has a digest of the reason; its
    words are sealed beside it (reasons.py).
    """

    reader: str
    shown: Shown
    at: int
    reason: str = field(default="", repr=False)


class Readings:
    """Opens sealed values for a stated reading, in one transaction."""

    def __init__(self, audit: AuditLog, seals: Seals, keys: OpenKeys, reasons: Reasons) -> None:
        self._audit = audit
        self._seals = seals
        self._keys = keys
        self._reasons = reasons

    def open(self, reading: Reading, sealed: Sequence[Sealed]) -> Opened:
        """Write the leaf, then open each value; what was removed reads as empty. Nothing sealed, nothing written.

        Of an erased person pages are shown ERASED; where something is to be done with the words, ErasedError is raised.
        """
        gone = {one: Plaintext("") for one in sealed if one.removed}
        sealed = [one for one in sealed if not one.removed]
        if not sealed:
            return gone
        action = Action.REVEALED if reading.shown is Shown.ORIGINAL else Action.READ
        self._audit.append(action, actor=reading.reader, at=reading.at, detail=self._detail(reading, sealed))
        return gone | {one: self._opened(reading, one) for one in sealed}

    def one(self, reading: Reading, sealed: Sealed) -> Plaintext:
        """As `open`, for a single value."""
        return self.open(reading, [sealed])[sealed]

    def reason(self, digest: str, *, reader: str, at: int) -> Plaintext:
        """The reason that a leaf has the digest of, its own leaf first. Raises MissingError once it was erased."""
        sealed = self._reasons.find(digest)
        detail = {"shown": Shown.REASON.value, "reason_digest": digest}
        self._audit.append(Action.READ, actor=reader, at=at, detail=detail)
        opened = self._reasons.nobodys(digest) if sealed is None else self._seals.open(sealed)
        return words_of(opened, digest)

    def _opened(self, reading: Reading, sealed: Sealed) -> Plaintext:
        try:
            return self._seals.open(sealed)
        except ErasedError:
            if reading.shown in _ACTS:
                raise
            return ERASED

    def _detail(self, reading: Reading, sealed: Sequence[Sealed]) -> dict[str, object]:
        rows = list(dict.fromkeys(f"{one.table}/{one.row}" for one in sealed))
        detail: dict[str, object] = {"shown": reading.shown.value, "count": len(rows)}
        # Each building of the index reads all there is: naming it would tell nothing and fill the log.
        if reading.shown is not Shown.INDEXING:
            detail["rows"] = [self._pseudonym(row) for row in rows[:_MOST_NAMED]]
        if reading.reason:
            about = [one.person for one in sealed]
            detail["reason_digest"] = self._reasons.keep(Plaintext(reading.reason), about, at=reading.at)
        return detail

    def _pseudonym(self, row: str) -> str:
        return self._keys.blind_index("row", row)[:32]
