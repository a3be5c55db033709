"""From the door's spool to the database: wait for letters, read a batch, import it, tell the door."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from appliance.intake.receive import Intake
from appliance.line import Line
from storage.letters import Letter
from storage.meta import Meta
from storage.spool.reader import SpoolReader
from storage.vault import Vault

BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class SpoolImport:
    """The parts of it."""

    vault: Vault
    spool: SpoolReader
    intake: Intake
    line: Line
    clock: Clock
    seen: Callable[[Sequence[Letter]], object] = lambda _: None

    def take_in(self, timeout: float) -> bool:
        """Import what is there; wait for more when there is nothing. Whether anything came."""
        if self._import_batch():
            return True
        self.line.wait_for_letters(timeout)
        return self._import_batch()

    def _import_batch(self) -> bool:
        with self.vault.look() as tx:
            mark = tx.meta.number(Meta.SPOOL_SEQUENCE)
        letters = self.spool.read_after(mark, BATCH)
        if not letters:
            return False
        self.intake.letters([(one.sequence, one.letter) for one in letters], now=self.clock.now())
        self.seen([one.letter for one in letters])
        self.spool.note_taken(letters[-1].sequence)
        return True
