"""Egress: the one way out. It checks, writes down, lets through, and writes down how it ended."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

import httpx2

from appliance.egress.barrier import Barrier
from appliance.egress.crossing import Crossing, current
from appliance.egress.ledger import Arrival, Departure, LedgerBook, Outcome, shape_of
from appliance.egress.passage import Leaving, Passage
from appliance.egress.permission import CARRIES, Destination, PermissionBook, Purpose, permit
from appliance.egress.quiet import quiet
from appliance.egress.transport import EgressTransport, Limits
from appliance.egress.ways import check_way
from appliance.errors import EgressRefused, WireRefused
from appliance.gateways.clock import Clock
from appliance.redaction.errors import WireCheckError
from appliance.redaction.wire import check_wire


@dataclass(frozen=True, slots=True)
class Refusal:
    """A security event: something wanted to leave and was not let. `code` says which step refused."""

    at: int
    code: str
    purpose: Purpose
    destination: Destination
    person: str | None
    run: str | None


class Egress:
    """The gatekeeper of one desk."""

    def __init__(
        self,
        *,
        permissions: PermissionBook,
        ledger: LedgerBook,
        barrier: Barrier,
        clock: Clock,
        digest: Callable[[bytes], str],
        on_refusal: Callable[[Refusal], None],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._permissions = permissions
        self._ledger = ledger
        self._clock = clock
        self._digest = digest
        self._on_refusal = on_refusal
        self.barrier = barrier
        self._trust = trust

    @cached_property
    def trust(self) -> ssl.SSLContext:
        """Whom TLS trusts. Reading the system's certificates takes a while, so it is done when something leaves."""
        return self._trust or system_trust()

    def client(self, purpose: Purpose, *, limits: Limits | None = None) -> httpx2.Client:
        """An HTTP client whose every request goes the way below. It follows no redirect and reads no environment."""
        quiet()
        bounds = limits or Limits()
        transport = EgressTransport(
            purpose, departing=self.departing, barrier=self.barrier, trust=lambda: self.trust, limits=bounds
        )
        return httpx2.Client(transport=transport, trust_env=False, follow_redirects=False, timeout=bounds.timeout())

    @contextmanager
    def departing(self, leaving: Leaving) -> Iterator[Passage]:
        """Around everything that leaves, HTTP or mail. Raises EgressRefused before anything is opened.

        1. A step of ours asked for it: this thread is in a crossing for this purpose.
        2. The purpose makes such calls.
        3. Somebody allowed it: a permission for this place, purpose and data.
        4. A prompt holds nothing that is known to identify the person.
        5. It stands in the ledger before its first byte leaves.
        6. How it ended stands there after.
        """
        departure = self._departure(leaving)
        try:
            around = current(leaving.purpose)  # 1
            departure = replace(departure, person=around.person, run=around.run)
            check_way(leaving.purpose, method=leaving.method, target=leaving.target)  # 2
            permission = permit(self._permissions, where=leaving.to, purpose=leaving.purpose)  # 3
            departure = replace(departure, permission=permission.id)
            kept = _checked_words(around, leaving)  # 4
        except EgressRefused as refused:
            self._refused(departure, refused)
            raise
        entry = self._ledger.begin(replace(departure, body=kept))  # 5
        passage = Passage()
        try:
            yield passage
        except BaseException as failure:
            self._ledger.finish(entry, passage.arrival(self._clock.now(), failure))  # 6
            raise
        self._ledger.finish(entry, passage.arrival(self._clock.now(), None))  # 6

    def _departure(self, leaving: Leaving) -> Departure:
        return Departure(
            at=self._clock.now(),
            purpose=leaving.purpose,
            data=CARRIES[leaving.purpose],
            destination=leaving.to,
            permission=None,
            person=None,
            run=None,
            method=leaving.method,
            path=shape_of(leaving.target),
            size=len(leaving.body),
            digest=self._digest(leaving.body),
        )

    def _refused(self, departure: Departure, refused: EgressRefused) -> None:
        at = self._clock.now()
        entry = self._ledger.begin(departure)
        self._ledger.finish(entry, Arrival(at, Outcome.REFUSED, reason=refused.reason))
        self._on_refusal(
            Refusal(at, refused.reason, departure.purpose, departure.destination, departure.person, departure.run)
        )


def system_trust() -> ssl.SSLContext:
    """TLS 1.2 or better, certificates and names checked against the system's store, whatever the environment says."""
    trust = httpx2.create_ssl_context(trust_env=False)
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    return trust


def _checked_words(around: Crossing, leaving: Leaving) -> bytes | None:
    """What the ledger keeps of the body: a prompt, whole, once nothing in it is known to identify the person."""
    if leaving.purpose is not Purpose.MODEL:
        return None
    if around.known is None:
        raise EgressRefused("no-identifiers", "a prompt was to leave without saying what must not be in it")
    try:
        check_wire(leaving.body, around.known)
        check_wire(leaving.target.encode(), around.known)
    except WireCheckError as found:
        raise WireRefused("identifier", f"a prompt was stopped: {found.sentence}") from None
    return leaving.body
