"""What left the building, and what may: the ledger and the permissions as pages show them."""

import hashlib
from typing import Final

from appliance.egress.books import permission_of
from appliance.egress.permission import CARRIES, Destination, Permission, Purpose
from appliance.gateways.clock import Clock
from appliance.views.crossings import Crossing, CrossingRow, Crossings, Outcome, PermissionRow
from appliance.views.people import Reader
from appliance.views.refusals import NotPossible
from storage.audit.leaf import Action
from storage.errors import MissingError
from storage.ledger import LedgerEntry
from storage.reading import Reading, Shown
from storage.vault import Transaction, Vault

PAGE: Final = 50

_WHY: Final = {
    "sms": "A text was handed to the carrier, or its list was read.",
    "model": "A redacted thread was shown to the model for a proposal.",
    "backup": "A backup was kept or checked; it is sealed, so the other side learns sizes and times.",
    "mail": "Somebody was told that the desk needs them.",
}
_OUTCOMES: Final = {
    Outcome.DONE: "It was answered.",
    Outcome.FAILED: "Nothing left: no connection could be made.",
    Outcome.REFUSED: "Nothing left: the desk stopped it.",
    Outcome.UNKNOWN: "It left, and no whole answer came back.",
}

Wanted = tuple[tuple[Purpose, Destination], ...]
"""What the settings ask for: each must be granted by somebody before it works."""


def crossings(page: int, *, vault: Vault) -> Crossings:
    """One page of the ledger, newest first, counted from 1. No bodies."""
    with vault.look() as tx:
        total = tx.ledger.count()
        pages = max(1, -(-total // PAGE))
        shown = min(max(1, page), pages)
        rows = tuple(_row(entry) for entry in tx.ledger.page(limit=PAGE, offset=(shown - 1) * PAGE))
    return Crossings(rows=rows, page=shown, pages=pages, total=total)


def crossing(reader: Reader, crossing_id: str, *, vault: Vault, clock: Clock) -> Crossing:
    """One entry whole. Raises MissingError."""
    with vault.reading() as tx:
        entry = tx.ledger.get(crossing_id)
        sent = None
        if entry.body is not None:
            sent = tx.readings.one(Reading(reader.name, Shown.CROSSING, clock.now()), entry.body).text
    answered = None if entry.finished_at is None else entry.finished_at - entry.at
    outcome = _outcome(entry)
    return Crossing(
        row=_row(entry),
        method=entry.method,
        path=entry.path,
        digest=entry.digest,
        answered_after_ms=answered,
        outcome_sentence=_OUTCOMES[outcome] + (f" ({entry.reason})" if entry.reason else ""),
        sent=sent,
        removed_at=entry.body_removed_at,
    )


def permissions(wanted: Wanted, *, vault: Vault) -> tuple[PermissionRow, ...]:
    """What stands, and what the settings ask for and nobody granted yet."""
    with vault.look() as tx:
        standing = [permission_of(record) for record in tx.permissions.standing()]
        rows = [_granted(tx, permission) for permission in standing]
    covered = {(permission.purpose, permission.destination) for permission in standing}
    missing = [(purpose, where) for purpose, where in wanted if (purpose, where) not in covered]
    return (*rows, *(_asked(purpose, where) for purpose, where in missing))


def grant(reader: Reader, permission_id: str, wanted: Wanted, *, vault: Vault, clock: Clock) -> None:
    """Allow what the settings ask for. Raises MissingError for anything else: no address is made up on a page."""
    for purpose, where in wanted:
        if _asked_id(purpose, where) == permission_id:
            with vault.transaction() as tx:
                write_grant(tx, purpose, where, by=reader.name, at=clock.now())
            return
    raise MissingError("the settings do not ask for this permission")


def write_grant(tx: Transaction, purpose: Purpose, where: Destination, *, by: str, at: int) -> None:
    """Write one grant down, with its leaf."""
    data = CARRIES[purpose]
    permission = tx.permissions.grant(
        scheme=where.scheme, host=where.host, port=where.port, purpose=purpose, data=data, by=by, at=at
    )
    tx.audit.append(
        Action.PERMISSION_GRANTED, permission, actor=by, at=at, detail={"purpose": purpose.value, "data": data.value}
    )


def revoke(reader: Reader, permission_id: str, *, vault: Vault, clock: Clock) -> None:
    """Withdraw a grant; it bites with the next departure. Raises NotPossible when it no longer stands."""
    at = clock.now()
    with vault.transaction() as tx:
        if not tx.permissions.revoke(permission_id, by=reader.name, at=at):
            raise NotPossible("This permission was withdrawn already.")
        tx.audit.append(Action.PERMISSION_REVOKED, permission_id, actor=reader.name, at=at)


def _outcome(entry: LedgerEntry) -> Outcome:
    return Outcome(entry.outcome) if entry.outcome is not None else Outcome.UNKNOWN


def _row(entry: LedgerEntry) -> CrossingRow:
    return CrossingRow(
        crossing_id=entry.id,
        at=entry.at,
        destination=str(Destination(entry.scheme, entry.host, entry.port)),
        purpose=entry.purpose,
        why=_WHY.get(entry.purpose, ""),
        size=entry.size,
        outcome=_outcome(entry),
        person_id=entry.person,
    )


def _granted(tx: Transaction, permission: Permission) -> PermissionRow:
    uses, last = tx.ledger.uses(permission.id)
    return PermissionRow(
        permission_id=permission.id,
        destination=str(permission.destination),
        purpose=permission.purpose,
        data=permission.data,
        granted=True,
        granted_by=permission.granted_by,
        granted_at=permission.granted_at,
        last_used=last,
        uses=uses,
    )


def _asked(purpose: Purpose, where: Destination) -> PermissionRow:
    return PermissionRow(
        permission_id=_asked_id(purpose, where),
        destination=str(where),
        purpose=purpose,
        data=CARRIES[purpose],
        granted=False,
    )


def _asked_id(purpose: Purpose, where: Destination) -> str:
    return hashlib.sha256(f"{purpose} {where}".encode()).hexdigest()[:32]
