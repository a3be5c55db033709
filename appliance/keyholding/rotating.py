"""Rotating all keys of an open desk: asked for by a person or by the year, done in a thread, resumed after a cut."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from appliance.errors import ApplianceError
from appliance.gateways.clock import Clock
from appliance.line import Line
from appliance.views.keys import RotationShown
from appliance.worker import code_of
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.errors import NightdeskError
from storage.keys.keytable import KeyState
from storage.keys.rotation import destroy, due_to_go
from storage.meta import Meta
from storage.rotation.rotate import Step, ask_for, asked, complete, rotate
from storage.spool.reader import SpoolReader
from storage.spool.walk import Fault
from storage.vault import Transaction, Vault

DAY_MS: Final = 24 * 60 * 60 * 1000
EVERY_MS: Final = 365 * DAY_MS
NOTICE_MS: Final = 14 * DAY_MS
WAITS_FOR_QUIET_MS: Final = 7 * DAY_MS
_STOP_WITHIN_S: Final = 5.0


class RotatingError(ApplianceError):
    """The keys are being changed at this moment."""

    code = "keys-changing"


class _StoppedError(ApplianceError):
    """The desk is being closed; the rotation goes on at the next start."""

    code = "keys-stopped"


@dataclass(slots=True)
class _Now:
    """How far the one that runs is."""

    step: Step = Step.DONE
    values: int = 0
    since: int = 0
    error: str = ""


class Rotating:
    """The rotation of one desk's keys; one at a time."""

    def __init__(self, *, vault: Vault, clock: Clock, line: Line, spool: SpoolReader) -> None:
        self._vault = vault
        self._clock = clock
        self._line = line
        self._spool = spool
        self._starting = threading.Lock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._now = _Now()

    def start(self, by: str, *, after_leak: bool) -> None:
        """Begin. When this returns every session, link and line key of before is dead. Raises RotatingError."""
        with self._starting:
            self._expect_none()
            at = self._clock.now()
            with self._vault.transaction() as tx:
                ended = tx.sessions.end_all()
                tx.audit.append(Action.SESSIONS_ENDED, actor=by, at=at, detail={"count": ended, "reason": "rotation"})
                ask_for(tx, after_leak=after_leak, actor=by)
            self._line.renew_keys()
            self._begin()

    def go_on(self) -> None:
        """A chore, hourly and at the start: what was cut off goes on, what is a year old is changed, what nothing needs
        any more is destroyed. Raises what the last try raised, so that the status page names it.
        """
        with self._vault.look() as tx:
            waits = asked(tx) is not None
        if self.running:
            return
        self.tell_door()
        if waits or self._vault.unfinished:
            with self._starting:
                self._begin()
            return
        self._yearly()
        self._destroy_retired()

    def wait(self, timeout: float | None = None) -> None:
        """Until the one that runs is done."""
        if self._thread is not None:
            self._thread.join(timeout)

    def stop(self) -> None:
        """The desk is closing: leave it where it can be left."""
        self._ending.set()
        self.wait(_STOP_WITHIN_S)

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def shown(self) -> RotationShown:
        """How far it is, and how old the keys are."""
        now = self._now
        oldest = self._oldest()
        return RotationShown(
            running=self.running,
            step=now.step.value,
            values=now.values,
            since=now.since,
            error=now.error,
            oldest=oldest,
            next_at=oldest + EVERY_MS,
        )

    def tell_door(self) -> None:
        """Which key it seals to. A door that is away is told when it is back; the retired key opens till then."""
        with suppress(NightdeskError):
            self._line.reseal(self._vault.keys.intake_recipient)

    def run(self) -> None:
        """Do what was asked for, in this thread. Raises what stops it; it stays asked for."""
        self._now = _Now(Step.ASKED, since=self._clock.now())
        try:
            if self._vault.unfinished:
                complete(self._vault, now=self._clock.now())
            rotate(self._vault, now=self._clock.now(), told=self._told)
            self._settled()
        except Exception as error:
            self._now = _Now(error=code_of(error), since=self._clock.now())
            raise
        self._now = _Now(since=self._clock.now())

    def _begin(self) -> None:
        self._ending.clear()
        self._thread = threading.Thread(target=self._run_and_tell, name="keys", daemon=True)
        self._thread.start()

    def _run_and_tell(self) -> None:
        try:
            self.run()
        except _StoppedError:
            return
        except Exception:  # noqa: BLE001 - a thread's end; the status page names it, and the chore tries again
            self._alert("keys-unchanged")

    def _settled(self) -> None:
        """What depends on the keys learns of the new ones."""
        keys = self._vault.keys
        self._spool.take_identities(keys.intake_identities())
        self.tell_door()
        with self._vault.transaction() as tx:
            tx.meta.put(Meta.KEYRING_SEQUENCE, keys.ring.sequence)
        self._alert("keys-changed")

    def _told(self, step: Step, values: int) -> None:
        if self._ending.is_set():
            raise _StoppedError("the desk is closing", remedy="the keys are changed at the next start")
        now = self._now
        self._now = _Now(step, now.values + values if step is now.step else values, now.since)

    def _alert(self, code: str) -> None:
        with self._vault.transaction() as tx:
            tx.alerts.raise_(AlertKind.STAFF, code, at=self._clock.now())

    def _expect_none(self) -> None:
        if self.running:
            raise RotatingError("the keys are being changed already", remedy="wait until it is done")

    def _oldest(self) -> int:
        """When the oldest key in force was made."""
        keys = (key.created for key in self._vault.keys.table if key.state is KeyState.ACTIVE)
        return min(*keys, self._vault.keys.ring.root.created)

    def _yearly(self) -> None:
        now, due = self._clock.now(), self._oldest() + EVERY_MS
        if now < due - NOTICE_MS:
            return
        with self._vault.transaction() as tx:
            if now < due:
                self._notice(tx, now)
                return
            # Everybody is signed out by it: for a week it waits for a time when nobody is at work here.
            quiet = not tx.sessions.busy(at=now)
        if quiet or now >= due + WAITS_FOR_QUIET_MS:
            self.start("desk", after_leak=False)

    def _notice(self, tx: Transaction, now: int) -> None:
        generation = self._vault.keys.ring.root.generation
        if tx.meta.number(Meta.ROTATION_TOLD) < generation:
            tx.meta.put(Meta.ROTATION_TOLD, generation)
            tx.alerts.raise_(AlertKind.STAFF, "keys-soon", at=now)

    def _destroy_retired(self) -> None:
        keys = self._vault.keys
        if not due_to_go(keys, now=self._clock.now(), letters_wait=False):
            return
        # Raises where the door is away: it may still seal to the retired one.
        self._line.reseal(keys.intake_recipient)
        newest = self._spool.with_identities((keys.intake_identity(),))
        waits = any(finding.fault is Fault.UNOPENABLE for finding in newest.check())
        with self._vault.transaction() as tx:
            at, keys = self._clock.now(), self._vault.keys
            gone = due_to_go(keys, now=at, letters_wait=waits)
            if not gone:
                return
            following = destroy(self._vault.folder, keys, gone, now=at)
            self._vault.take_keys(following)
            tx.meta.put(Meta.KEYRING_SEQUENCE, following.ring.sequence)
            detail = {"key": "retired", "gone": [key.id for key in gone]}
            tx.audit.append(Action.KEY_ROTATED, actor="desk", at=at, detail=detail)
        self._spool.take_identities(self._vault.keys.intake_identities())
