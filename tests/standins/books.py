"""Permission book and ledger in memory, and an egress over them: for tests of what leaves, without a vault."""

import ssl
from dataclasses import replace

from appliance.egress.barrier import Barrier
from appliance.egress.egress import Egress, Refusal
from appliance.egress.ledger import Arrival, Departure, EntryId, digest_of
from appliance.egress.permission import CARRIES, Permission, PermissionId, Purpose, destination
from appliance.gateways.clock import SystemClock


class Books:
    """Both books; `entries` is the ledger, each departure beside how it ended."""

    def __init__(self) -> None:
        self.permissions: list[Permission] = []
        self.entries: list[tuple[Departure, Arrival | None]] = []
        self.refusals: list[Refusal] = []

    def grant(self, purpose: Purpose, url: str) -> Permission:
        number = PermissionId(f"p{len(self.permissions)}")
        granted = Permission(number, destination(url), purpose, CARRIES[purpose], "owner", 0)
        self.permissions.append(granted)
        return granted

    def standing(self, purpose: Purpose) -> tuple[Permission, ...]:
        return tuple(one for one in self.permissions if one.purpose is purpose)

    def begin(self, departure: Departure) -> EntryId:
        self.entries.append((replace(departure), None))
        return EntryId(str(len(self.entries) - 1))

    def finish(self, entry: EntryId, arrival: Arrival) -> None:
        departure, open_still = self.entries[int(entry)]
        assert open_still is None, "an entry is finished once"
        self.entries[int(entry)] = (departure, arrival)

    @property
    def last(self) -> tuple[Departure, Arrival]:
        departure, arrival = self.entries[-1]
        assert arrival is not None
        return departure, arrival

    def egress(self, *, barrier: Barrier | None = None, trust: ssl.SSLContext | None = None) -> Egress:
        return Egress(
            permissions=self,
            ledger=self,
            barrier=barrier or Barrier(),
            clock=SystemClock(),
            digest=digest_of,
            on_refusal=self.refusals.append,
            trust=trust,
        )
