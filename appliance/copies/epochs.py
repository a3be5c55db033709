"""Two machines with one desk: only the one of the newer epoch sends.

Each restoring begins a new epoch and leaves its number at every place, marked by the desk's keys. A machine that finds
a greater number than its own was replaced: it stops sending and backing up, and says so. Nothing resets that but a
person, who makes this machine the newest again.
"""

from dataclasses import dataclass
from secrets import token_bytes
from typing import Final

from appliance.gateways.clock import Clock
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.copies.place import PlaceError
from storage.copies.shelf import Shelf
from storage.credentials import CredentialName
from storage.errors import DamagedError, LogBehindError, StorageError
from storage.keys.secret import SecretBytes
from storage.meta import Meta
from storage.vault import Transaction, Vault

SUPERSEDED: Final = "superseded"
RESTORED: Final = "restored"
_KEY_BYTES: Final = 32


class SupersededError(StorageError):
    """Another machine has brought this desk back since."""

    code = SUPERSEDED


@dataclass(frozen=True, slots=True)
class Epochs:
    """Which epoch this machine is of, and which was seen elsewhere."""

    vault: Vault
    clock: Clock

    def mark(self, shelf: Shelf) -> None:
        """Look at the place, and leave our number where it is the greatest. Raises SupersededError, PlaceError."""
        seen = self._seen_at(shelf)
        with self.vault.look() as tx:
            ours = tx.meta.epoch()
        if seen is None or seen < ours:
            shelf.put_epoch(ours, key=self._key())
        elif seen > ours:
            self._replaced_by(seen)
            raise SupersededError(
                "another machine has brought this desk back since, so this one no longer sends or backs up",
                remedy="switch this machine off; or restore the desk here anew if it is the one to stay",
            )

    def next(self, shelf: Shelf) -> int:
        """The number of the epoch that begins with a restoring: above ours and above any that was seen at the place."""
        with self.vault.look() as tx:
            ours = tx.meta.epoch()
        return max(ours, self._seen_at(shelf) or 0) + 1

    def look(self, shelf: Shelf) -> None:
        """Look only; a place that cannot be asked says nothing."""
        try:
            seen = self._seen_at(shelf)
        except PlaceError:
            return
        with self.vault.look() as tx:
            ours = tx.meta.epoch()
        if seen is not None and seen > ours:
            self._replaced_by(seen)

    def _seen_at(self, shelf: Shelf) -> int | None:
        try:
            return shelf.epoch(key=self._key())
        except DamagedError:
            with self.vault.transaction() as tx:
                tx.alerts.raise_(AlertKind.STAFF, "epoch-unreadable", at=self.clock.now())
            return None

    def _key(self) -> SecretBytes:
        """Random, and never changed: it must still be the same on both machines when one has changed all its keys."""
        with self.vault.look() as tx:
            known = tx.credentials.get(CredentialName.EPOCH_KEY)
        if known is not None:
            return known
        with self.vault.transaction() as tx:
            made = tx.credentials.get(CredentialName.EPOCH_KEY) or SecretBytes(token_bytes(_KEY_BYTES))
            tx.credentials.put(CredentialName.EPOCH_KEY, made, at=self.clock.now())
        return made

    def _replaced_by(self, seen: int) -> None:
        at = self.clock.now()
        with self.vault.transaction() as tx:
            if tx.meta.number(Meta.EPOCH_SEEN) >= seen:
                return
            tx.meta.put(Meta.EPOCH_SEEN, seen)
            tx.alerts.raise_(AlertKind.STAFF, SUPERSEDED, at=at)
            tx.audit.append(Action.PAUSED, actor="desk", at=at, detail={"reason": SUPERSEDED, "epoch": seen})


def barred(tx: Transaction) -> str:
    """Why this machine must not send, as a code; empty where it may."""
    if tx.meta.number(Meta.EPOCH_SEEN) > tx.meta.epoch():
        return SUPERSEDED
    return tx.meta.get(Meta.SENDING_PAUSED) or ""


def resume(vault: Vault, clock: Clock, *, actor: str) -> bool:
    """The owner says that the old machine is off. Whether sending was paused.

    Raises SupersededError, LogBehindError.
    """
    with vault.transaction() as tx:
        why = barred(tx)
        if why == SUPERSEDED:
            raise SupersededError(
                "another machine has brought this desk back since; this one must not send",
                remedy="switch this machine off; or restore the desk here anew if it is the one to stay",
            )
        if why == LogBehindError.code:
            raise LogBehindError(
                "the log's end is missing, or an older copy was put back; that the old machine is off does not mend it",
                remedy="restore the newest backup; or, where you know why: nightdesk audit accept",
            )
        if not why:
            return False
        tx.meta.put(Meta.SENDING_PAUSED, "")
        tx.alerts.seen_about(RESTORED, at=clock.now())
        tx.audit.append(Action.RESUMED, actor=actor, at=clock.now(), detail={"reason": why})
        return True
