"""The ledger: every departure, written down before its first byte leaves. The vault keeps it; egress asks it this.

Egress is never called inside a vault transaction: `begin` commits one of its own.
"""

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NewType, Protocol
from urllib.parse import urlsplit

from appliance.egress.permission import DataClass, Destination, PermissionId, Purpose

EntryId = NewType("EntryId", str)

# What names something (a carrier's SID, a number, an id) is left out of the shape; fixed words and versions stay.
_NAMING: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}|\+?\d{7,}|%2B\d+|[0-9a-fA-F-]{32,36}")
_MARK: Final = "{…}"


class Outcome(StrEnum):
    """How a departure ended."""

    DONE = "done"
    """An answer came back, whatever it said."""
    FAILED = "failed"
    """It could not leave: not a byte of the request was taken."""
    UNKNOWN = "unknown"
    """Bytes left, no whole answer came back."""
    REFUSED = "refused"
    """Egress said no; nothing left."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What is about to leave. `body` is for model prompts alone, exactly as sent; else only its size and digest."""

    at: int
    purpose: Purpose
    data: DataClass
    destination: Destination
    permission: PermissionId | None
    """None only where it was refused for want of one."""
    person: str | None
    run: str | None
    method: str
    path: str
    """The shape of the path: ids replaced, of the query only the keys."""
    size: int
    digest: str
    """SHA-256 of the body, hex."""
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How it ended. `reason` is a code (`http-503`, `no-permission`, `read-timeout`), empty when all went well."""

    at: int
    outcome: Outcome
    status: int | None = None
    size: int = 0
    reason: str = ""


class LedgerBook(Protocol):
    """Where the entries are kept."""

    def begin(self, departure: Departure) -> EntryId:
        """Write the entry and commit it. It is on stable storage when this returns; raises if it cannot be."""

    def finish(self, entry: EntryId, arrival: Arrival) -> None:
        """Complete the entry with how it ended. Called once for each `begin`."""


def digest_of(body: bytes) -> str:
    """The digest under which a body stands in the ledger."""
    return hashlib.sha256(body).hexdigest()


def shape_of(target: str) -> str:
    """A path without what it names: `/2010-04-01/Accounts/{…}/Messages.json?PageSize&To`."""
    parts = urlsplit(target)
    path = "/".join(_MARK if _NAMING.fullmatch(part) else _NAMING.sub(_MARK, part) for part in parts.path.split("/"))
    keys = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return path + ("?" + "&".join(keys) if keys else "")
