"""The fake desk's keeping times: both things that wait for a person wait until somebody says so."""

from dataclasses import dataclass

from appliance.views.keeping import Keeping
from tests.ui.admin import sample_keeping


@dataclass
class FakeKeeping:
    clock_in_doubt: bool = True
    shorter_waits: bool = True

    def shown(self) -> Keeping:
        return sample_keeping.keeping(doubt=self.clock_in_doubt, change=self.shorter_waits)

    def accept_shorter(self, by: str) -> None:
        self.shorter_waits = False

    def trust_clock(self, by: str) -> None:
        self.clock_in_doubt = False
