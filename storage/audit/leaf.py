"""One entry of the log: what happened, to which id, by whom. It has no place for words, names or numbers of people."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import rfc8785

from storage.errors import LeafRefusedError

VERSION = 1
LONGEST = 16 * 1024
_MOST_IN_LIST = 256
_MOST_KEYS = 24
_BIGGEST_COUNT = 10**8 - 1
_SPELLER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_READER = json.JSONDecoder()
_EARLIEST_TIME, _LATEST_TIME = 10**12, 10**13 - 1

# What a string in a leaf may be. An id or digest: 32 or 64 hexadecimal characters. A code: lower-case words of a
# vocabulary, at most 40 characters with at most five digits, so that neither a sentence nor a number of a person fits.
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_CODE = re.compile(r"(?=.{1,40}\Z)(?!(?:[^0-9]*[0-9]){6})[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_ACTOR = re.compile(rf"(?:{_CODE.pattern}|(?:[a-z]{{1,16}}:)?(?:{_ID.pattern}))")
_KEY = re.compile(r"[a-z][a-z_]{0,31}")

Detail = Mapping[str, object]
"""Counts, yes or no, codes, ids, digests, times under keys that end in _at; and lists of those."""


class Action(StrEnum):
    """What can happen to a desk. Add, do not rename: old leaves keep their words."""

    # the desk
    CREATED = "created"
    UNLOCKED = "unlocked"
    UNLOCK_REFUSED = "unlock-refused"
    LOCKED = "locked"
    STARTED = "started"
    STOPPED = "stopped"
    MIGRATED = "migrated"
    CHECKED = "checked"
    CLOSING = "closing"
    REOPENED = "reopened"
    CLOSED = "closed"
    # a text's way
    RECEIVED = "received"
    REFUSED = "refused"
    ANSWERED = "answered"
    DRAFTED = "drafted"
    HELD = "held"
    ESCALATED = "escalated"
    IGNORED = "ignored"
    APPROVED = "approved"
    EDITED = "edited"
    DISCARDED = "discarded"
    DONE = "done"
    SENDING = "sending"
    SENT = "sent"
    SEND_FAILED = "send-failed"
    SEND_REFUSED = "send-refused"
    STATUS = "status"
    SWEPT = "swept"
    # people
    READ = "read"
    REVEALED = "revealed"
    SEARCHED = "searched"
    NOTED = "noted"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    CONSENTED = "consented"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    EXPORTED = "exported"
    ERASURE_ASKED = "erasure-asked"
    ERASURE_UNDONE = "erasure-undone"
    ERASED = "erased"
    RETAINED = "retained"
    ARCHIVED = "archived"
    RETRIEVED = "retrieved"
    # what the owner settles
    ANSWER_ADDED = "answer-added"
    ANSWER_CHANGED = "answer-changed"
    ANSWER_APPROVED = "answer-approved"
    ANSWER_RETIRED = "answer-retired"
    PLAYBOOK_PUBLISHED = "playbook-published"
    PLAYBOOK_ROLLED_BACK = "playbook-rolled-back"
    SETTINGS_CHANGED = "settings-changed"
    CREDENTIAL_SET = "credential-set"
    CREDENTIAL_REMOVED = "credential-removed"
    PERMISSION_GRANTED = "permission-granted"
    PERMISSION_REVOKED = "permission-revoked"
    # crossings
    CROSSED = "crossed"
    CROSSING_REFUSED = "crossing-refused"
    # access
    LINK_MADE = "link-made"
    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    SESSIONS_ENDED = "sessions-ended"
    INVITED = "invited"
    ROLE_CHANGED = "role-changed"
    ACCESS_REMOVED = "access-removed"
    TOKEN_MADE = "token-made"  # noqa: S105 - the name of an act
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - the name of an act
    SUPPORT_GRANTED = "support-granted"
    SUPPORT_ENDED = "support-ended"
    REVIEWED = "reviewed"
    # keys, copies, the log itself
    KEY_ROTATED = "key-rotated"
    SLOT_ADDED = "slot-added"
    SLOT_TESTED = "slot-tested"
    SLOT_REMOVED = "slot-removed"
    BACKED_UP = "backed-up"
    RESTORED = "restored"
    DRILLED = "drilled"
    LOG_EXPORTED = "log-exported"
    LOG_PRUNED = "log-pruned"
    # trouble
    ALERTED = "alerted"
    ALERT_ENDED = "alert-ended"
    INCIDENT_OPENED = "incident-opened"
    INCIDENT_CLOSED = "incident-closed"
    PAUSED = "paused"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One act. `object` and the strings of `detail` are ids, digests or codes; LeafRefusedError for anything else."""

    desk: str
    i: int
    at: int
    actor: str
    action: Action
    object: str
    detail: Detail

    def __post_init__(self) -> None:
        _hold(type(self.i) is int and self.i >= 0, "the index")
        _hold(type(self.at) is int and 0 <= self.at <= _LATEST_TIME, "the time")
        _hold(bool(_ACTOR.fullmatch(self.actor)), "the actor")
        _hold(self.object == "" or _is_token(self.object), "the object")
        _hold(len(self.detail) <= _MOST_KEYS, "the detail")
        for name, value in self.detail.items():
            if not (_KEY.fullmatch(name) and _may_stand(name, value)):
                raise _refused(f"detail {name}" if _KEY.fullmatch(name) else "a key of the detail")

    def canonical(self) -> bytes:
        """The bytes that are hashed: RFC 8785. Raises LeafRefusedError where they are too many."""
        spelled = rfc8785.dumps(self.as_json())
        _hold(len(spelled) <= LONGEST, "the size")
        return spelled

    def as_json(self) -> dict[str, Any]:
        """The fields as they are spelled."""
        return {
            "v": VERSION,
            "desk": self.desk,
            "i": self.i,
            "at": self.at,
            "actor": self.actor,
            "action": self.action.value,
            "object": self.object,
            "detail": dict(self.detail),
        }


def read_leaf(spelled: bytes) -> Leaf:
    """The leaf behind its canonical bytes. Raises ValueError for any other bytes, LeafRefusedError for its content."""
    try:
        text = spelled.decode("ascii")
        said = _READER.decode(text)
        # In the alphabet of a leaf this is RFC 8785 as well, quicker than the library that wrote it, and shares no
        # code with it.
        canonical = _SPELLER.encode(said)
        version = said.pop("v")
        leaf = Leaf(**{**said, "action": Action(said["action"])})
    except (AttributeError, KeyError, TypeError, RecursionError):
        raise ValueError("not a leaf") from None
    if canonical != text or version != VERSION:
        raise ValueError("not a canonical leaf of this version")
    return leaf


def _may_stand(name: str, value: object) -> bool:
    if isinstance(value, list | tuple):
        return len(value) <= _MOST_IN_LIST and all(_is_atom(name, one) for one in value)
    return _is_atom(name, value)


def _is_atom(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        # Eight digits count anything here and hold no telephone number; times say that they are times.
        if name == "at" or name.endswith("_at"):
            return _EARLIEST_TIME <= value <= _LATEST_TIME
        return abs(value) <= _BIGGEST_COUNT
    return isinstance(value, str) and _is_token(value)


def _is_token(text: str) -> bool:
    return bool(_ID.fullmatch(text) or _CODE.fullmatch(text))


def _hold(holds: bool, what: str) -> None:  # noqa: FBT001 - a condition
    if not holds:
        raise _refused(what)


def _refused(what: str) -> LeafRefusedError:
    return LeafRefusedError(f"{what} of a log entry is not a count, a code, an id or a digest")
