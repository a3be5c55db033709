"""The log's high-water marks: looked at when the desk is opened and before each signing, written after it.

A log that ends before its mark lost its end, or is an older copy of the desk. Texts are still taken in then; nothing
goes out and nothing is signed until somebody restores the desk, or says that it goes on as it is.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from appliance.gateways.clock import Clock
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.audit.marks import WRONG, Kept, Mark, MarkPlace, Seen, Standing, behind, judge, kept_at, spell, why
from storage.audit.note import parse_and_verify
from storage.errors import AuditError, LogBehindError, NightdeskError
from storage.meta import Meta
from storage.vault import Transaction, Vault

LOG_BEHIND: Final = LogBehindError.code
COPY: Final = "backup"

CopyMark = Callable[[], Mark | None]
"""The mark of the newest backup, or None where there is none. May raise NightdeskError or OSError."""


@dataclass(slots=True)
class Marks:
    """The marks of one desk: in the desk's folder first. `seen` is what they said when they were looked at last."""

    vault: Vault
    clock: Clock
    places: Sequence[MarkPlace]
    newest_copy: CopyMark = lambda: None
    copy: Kept = field(default=Kept(COPY))
    seen: tuple[Seen, ...] = field(default=())
    seen_at: int | None = None

    @property
    def wrong(self) -> bool:
        """Whether the log is not the one that was signed last."""
        return any(one.standing in WRONG for one in self.seen)

    def look(self) -> None:
        """Compare the log with each mark. Raises LogBehindError, and pauses the sending, where it does not go on from
        one of them; AuditError where the log itself is damaged.
        """
        # Read before the log: a mark that is written meanwhile would be ahead of what is seen of the log.
        kept = [*(kept_at(place) for place in self.places), self.copy]
        with self.vault.look() as tx:
            epoch, keys = tx.meta.epoch(), self.vault.keys.audit_public_keys()
            self.seen = tuple(judge(one, tx.audit, epoch=epoch, public_keys=keys) for one in kept)
        self.seen_at = self.clock.now()
        if self.wrong:
            self._stop()
            raise behind(self.seen)

    def look_at_opening(self) -> None:
        """Before anything is sent: an older copy of the desk would send again what it sent long ago."""
        with suppress(AuditError):  # what is wrong pauses the sending, and the status page names it
            self.look()

    def look_at_copy(self) -> None:
        """As `look`, the newest backup asked anew: its place may be slow, so only a thread with time does this."""
        try:
            self.copy = Kept(COPY, mark=self.newest_copy())
        except (OSError, NightdeskError) as error:
            self.copy = Kept(COPY, why=why(error))
        self.look()

    def keep(self) -> None:
        """Write the mark of the newest checkpoint to each place. Call it once that checkpoint is committed."""
        keys = self.vault.keys
        with self.vault.look() as tx:
            note, epoch = tx.audit.newest_note(), tx.meta.epoch()
        if note is None:
            return
        point = parse_and_verify(note.text, desk=keys.desk, public_keys=keys.audit_public_keys())
        mark = Mark(epoch, note.at, point)
        text = spell(mark, keys.signer())
        written: list[Seen] = []
        for place in self.places:
            written.append(_written(place, mark, text))
            if written[0].standing is Standing.NO_PLACE:
                break  # the first lies beside the log; without it the others would look ahead of the folder
        self.seen = (*written, *(one for one in self.seen if one.place == COPY))

    def accept(self, actor: str) -> int:
        """Somebody says that the desk goes on from what the log is now: a new epoch, which the leaf tells of."""
        at = self.clock.now()
        with self.vault.transaction() as tx:
            epochs = [tx.meta.epoch(), *(one.mark.epoch for one in self.seen if one.mark)]
            epoch = max(epochs) + 1
            tx.meta.put(Meta.EPOCH, epoch)
            _go_on(tx)
            tx.alerts.seen_code(LOG_BEHIND, at=at)
            detail = {"why": LOG_BEHIND, "epoch": epoch, "leaves": tx.audit.count()}
            tx.audit.append(Action.RESUMED, actor=actor, at=at, detail=detail)
        self.look()
        return epoch

    def _stop(self) -> None:
        at, places = self.clock.now(), [one.place for one in self.seen if one.standing in WRONG]
        with self.vault.transaction() as tx:
            if not tx.meta.get(Meta.SENDING_PAUSED):
                tx.meta.put(Meta.SENDING_PAUSED, LOG_BEHIND)
            if tx.alerts.raise_(AlertKind.SECURITY, LOG_BEHIND, at=at):
                detail = {"kind": LOG_BEHIND, "places": places}
                tx.audit.append(Action.ALERTED, actor="desk", at=at, detail=detail)


def _written(place: MarkPlace, mark: Mark, text: str) -> Seen:
    try:
        place.write(text)
    except (OSError, NightdeskError) as error:
        return Seen(place.name, Standing.NO_PLACE, why=why(error))
    return Seen(place.name, Standing.FITS, mark)


def _go_on(tx: Transaction) -> None:
    if tx.meta.get(Meta.SENDING_PAUSED) == LOG_BEHIND:
        tx.meta.put(Meta.SENDING_PAUSED, "")
