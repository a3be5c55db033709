"""The fake desk's backups."""

from dataclasses import dataclass, replace

from appliance.views.copies import Copies
from appliance.views.people import Reader
from tests.ui.admin import samples


@dataclass
class FakeCopies:
    """What was asked for is never done; a restored desk waits for its owner's word."""

    backing_up: tuple[str, ...] = ()
    paused: str = "restored"

    def copies(self, reader: Reader) -> Copies:
        return replace(samples.copies(), running=self.backing_up, paused=self.paused)

    def back_up_now(self, reader: Reader) -> None:
        self.backing_up = (*self.backing_up, "backup")

    def drill_now(self, reader: Reader) -> None:
        self.backing_up = (*self.backing_up, "drill")

    def resume_sending(self, reader: Reader) -> None:
        self.paused = ""
