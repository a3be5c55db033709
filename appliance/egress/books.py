"""The permission book and the ledger book over the vault: plain rows there, values of egress here."""

from dataclasses import dataclass

from appliance.egress.ledger import Arrival, Departure, EntryId
from appliance.egress.permission import DataClass, Destination, Permission, PermissionId, Purpose
from storage.ledger import NewEntry
from storage.permissions import PermissionRecord
from storage.plaintext import Plaintext
from storage.vault import Vault


def permission_of(record: PermissionRecord) -> Permission:
    """A stored grant as egress reads it."""
    return Permission(
        id=PermissionId(record.id),
        destination=Destination(record.scheme, record.host, record.port),
        purpose=Purpose(record.purpose),
        data=DataClass(record.data),
        granted_by=record.granted_by,
        granted_at=record.granted_at,
    )


@dataclass(frozen=True, slots=True)
class VaultPermissions:
    """PermissionBook: asked anew for each departure, so that a withdrawal bites at once."""

    vault: Vault

    def standing(self, purpose: Purpose) -> tuple[Permission, ...]:
        with self.vault.look() as tx:
            return tuple(permission_of(record) for record in tx.permissions.standing(purpose))


@dataclass(frozen=True, slots=True)
class VaultLedger:
    """LedgerBook: each call is a transaction of its own, committed before it returns."""

    vault: Vault

    def begin(self, departure: Departure) -> EntryId:
        body = None if departure.body is None else Plaintext(departure.body.decode("utf-8", "replace"))
        entry = NewEntry(
            at=departure.at,
            purpose=departure.purpose,
            data=departure.data,
            scheme=departure.destination.scheme,
            host=departure.destination.host,
            port=departure.destination.port,
            permission=departure.permission,
            person=departure.person,
            run=departure.run,
            method=departure.method,
            path=departure.path,
            size=departure.size,
            digest=departure.digest,
            body=body,
        )
        with self.vault.transaction() as tx:
            return EntryId(tx.ledger.begin(entry))

    def finish(self, entry: EntryId, arrival: Arrival) -> None:
        with self.vault.transaction() as tx:
            tx.ledger.finish(
                entry,
                at=arrival.at,
                outcome=arrival.outcome,
                status=arrival.status,
                size=arrival.size,
                reason=arrival.reason,
            )
