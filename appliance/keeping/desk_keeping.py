"""Keeping times and archive of an open desk, as its pages and commands call them."""

from dataclasses import dataclass

from appliance.keeping.archive import ArchiveDesk
from appliance.keeping.retention import Keeper
from appliance.keeping.show import accept_shorter, shown
from appliance.views.keeping import Keeping


@dataclass(frozen=True, slots=True)
class DeskKeeping:
    """What people at the desk see and settle of it."""

    keeper: Keeper

    def shown(self) -> Keeping:
        """The limits, and what the next run will take away. Changes nothing."""
        return shown(self.keeper)

    def accept_shorter(self, by: str) -> None:
        """Shorter times of the settings hold from now on."""
        accept_shorter(self.keeper, by=by)

    @property
    def archive(self) -> ArchiveDesk:
        """What went into the archive, and reading it."""
        return ArchiveDesk(self.keeper.vault, self.keeper.clock, self.keeper.folder)

    def trust_clock(self, by: str) -> None:
        """The clock is right, though it jumped."""
        self.keeper.guard.trust(by=by)
