"""Room on the disk: when it ends, the reserve is let go of, so that the desk can still end what it began."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.reserve import Reserve
from storage.vault import Vault

CODE: Final = "reserve-used"
LOW: Final = 8 * 1024 * 1024
"""With less room than this the reserve is let go of, before a write fails."""
ENOUGH: Final = 96 * 1024 * 1024
"""With so much room it is put back; far enough from LOW that it is not taken and given again and again."""

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    CODE: (
        "The disk is full. The desk has let go of the room that it keeps for this, so that it can end what it began.",
        "Free some space now: soon texts cannot be kept, and the carrier has to hold them.",
    ),
}


@dataclass(slots=True)
class Room:
    """Watches the room of one desk's disk. `is_full` says whether a write failed for want of room; `try_again` has what
    failed so tried again, once there is room.
    """

    vault: Vault
    clock: Clock
    reserve: Reserve
    is_full: Callable[[], bool]
    try_again: Callable[[], object]
    _short: bool | None = None
    _told: bool = False

    def keep(self) -> None:
        """The chore: let go, or put back; and tell it."""
        free = self.reserve.free_bytes()
        if self.reserve.is_held():
            self._short = free < LOW or self.is_full()
            if self._short:
                self.reserve.let_go()
        else:
            self._short = free < ENOUGH
            if not self._short:
                self.reserve.put_back()
                self.try_again()
        self._tell()

    def before_closing(self) -> None:
        """The last transactions need room too."""
        if self.reserve.is_held() and self.reserve.free_bytes() < LOW:
            self.reserve.let_go()

    def trouble(self) -> tuple[str, ...]:
        """The code, while there is too little room."""
        return (CODE,) if self._short else ()

    def _tell(self) -> None:
        # Telling is a write, and may itself fail: then the next look tells it.
        if bool(self._short) is self._told:
            return
        at = self.clock.now()
        with self.vault.reading() as tx:
            if self._short:
                tx.alerts.raise_(AlertKind.STAFF, CODE, at=at)
                tx.audit.append(Action.ALERTED, actor="desk", at=at, detail={"kind": CODE})
            else:
                tx.alerts.seen_code(CODE, at=at)
                tx.audit.append(Action.ALERT_ENDED, actor="desk", at=at, detail={"kind": CODE})
        self._told = bool(self._short)
