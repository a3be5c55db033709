"""A place outside, read before there is a desk: who types the command allows this one place, and no other."""

from dataclasses import dataclass

from appliance.egress.barrier import Barrier
from appliance.egress.egress import Egress
from appliance.egress.ledger import Arrival, Departure, EntryId, digest_of
from appliance.egress.permission import CARRIES, Permission, PermissionId, Purpose, destination
from appliance.gateways.clock import Clock
from appliance.gateways.s3 import S3_LIMITS, S3Account, S3Place

_AT_TERMINAL = "owner"


@dataclass(frozen=True, slots=True)
class ThisPlace:
    """PermissionBook of one page."""

    permission: Permission

    def standing(self, purpose: Purpose) -> tuple[Permission, ...]:
        return (self.permission,) if purpose is self.permission.purpose else ()


class NoDeskYet:
    """LedgerBook: there is no desk that could keep one. What is read is sealed, and its own desk's."""

    def begin(self, departure: Departure) -> EntryId:
        return EntryId(departure.digest)

    def finish(self, entry: EntryId, arrival: Arrival) -> None:
        """Nobody keeps it."""


def s3_place(name: str, account: S3Account, *, clock: Clock) -> S3Place:
    """`s3://bucket/beginning`, for a restore. Raises EgressRefused where the endpoint is no address."""
    where, purpose = destination(account.endpoint), Purpose.BACKUP
    allowed = Permission(PermissionId("-"), where, purpose, CARRIES[purpose], _AT_TERMINAL, clock.now())
    egress = Egress(
        permissions=ThisPlace(allowed),
        ledger=NoDeskYet(),
        barrier=Barrier(),
        clock=clock,
        digest=digest_of,
        on_refusal=lambda _: None,
    )
    return S3Place(name, account, egress.client(purpose, limits=S3_LIMITS))
