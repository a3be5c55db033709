"""Security events, from wherever they are seen. They are told amid failures, so telling never blocks and never raises;
a chore writes them down as alerts and leaves.
"""

import queue
from collections import Counter
from typing import Final

from appliance.egress.egress import Refusal
from appliance.gateways.clock import Clock
from appliance.line import DoorReport
from appliance.views.incidents import Incident
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.vault import Vault

# What is told faster than it is written down is dropped here, not kept in memory without end.
_MOST_WAITING: Final = 10_000

Event = tuple[str, str]
"""A code, and the person or row it is about (or nothing)."""


class Incidents:
    """The security events of one desk."""

    def __init__(self, *, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._waiting: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._door = DoorReport(up=False)

    def note(self, incident: Incident) -> None:
        """What an admin page saw."""
        self._tell(incident.kind.value)

    def refused(self, refusal: Refusal) -> None:
        """What egress refused."""
        code = "wire-refused" if refusal.code == "identifier" else refusal.code
        self._tell(code, refusal.person or "")

    def barrier_refused(self, kind: str, place: str) -> None:  # noqa: ARG002 - a place can name somebody
        """What the barrier refused."""
        self._tell("barrier-refused")

    def write_down(self, door: DoorReport) -> None:
        """The chore: what was told since, and what the door refused since its last report."""
        events = Counter(self._told())
        events.update({(f"door-{kind}", ""): more for kind, more in self._refused_since(door).items() if more > 0})
        if not events:
            return
        at = self._clock.now()
        with self._vault.reading() as tx:
            for (code, subject), times in events.items():
                tx.alerts.raise_(AlertKind.SECURITY, code, subject=subject, at=at, times=times)
                tx.audit.append(Action.ALERTED, subject, actor="desk", at=at, detail={"kind": code, "times": times})

    def _tell(self, code: str, subject: str = "") -> None:
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put((code, subject))

    def _told(self) -> list[Event]:
        told = []
        while not self._waiting.empty():
            told.append(self._waiting.get_nowait())
        return told

    def _refused_since(self, door: DoorReport) -> dict[str, int]:
        if not door.up:
            return {}
        before = self._door.refused if door.since == self._door.since else {}
        self._door = door
        return {kind: count - before.get(kind, 0) for kind, count in door.refused.items()}
