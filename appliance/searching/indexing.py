"""The chore that keeps the index up to date: a slice of work at a time, so that everything else goes on beside it."""

import time
from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from storage.errors import BusyError
from storage.meta import Meta
from storage.search.catch_up import catch_up
from storage.vault import Vault

_SLICE_S: Final = 0.7


@dataclass(frozen=True, slots=True)
class Indexing:
    """Puts in what is not in yet, and takes out of the file what was deleted."""

    vault: Vault
    clock: Clock

    def run(self) -> None:
        """The chore."""
        if self._closed():
            self.vault.search_index.drop()
            return
        end = time.monotonic() + _SLICE_S
        more = True
        while more and time.monotonic() < end:
            more = self.step()

    def whole(self) -> None:
        """To the end: for a command beside which no core runs."""
        if not self._closed():
            while self.step():
                pass

    def step(self) -> bool:
        """One batch and one part of what is to be taken out. Whether there may be more."""
        try:
            return catch_up(self.vault, at=self.clock.now()) | (not self.vault.search_index.purge())
        except BusyError:
            # The keys are being changed, or somebody writes for long: it is tried again.
            return False

    def _closed(self) -> bool:
        """Whether the desk was closed: then nobody's words are here, and none comes."""
        with self.vault.look() as tx:
            return bool(tx.meta.number(Meta.CLOSED))
