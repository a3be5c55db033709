"""The desk's line to its door, as the desk sees it; the door itself is a process of its own (ui/door)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from appliance.errors import ApplianceError


class DoorAwayError(ApplianceError):
    """There is no door in this process."""

    code = "door-away"


@dataclass(frozen=True, slots=True)
class DoorReport:
    """What the door says of itself, counted since it started at `since`. `failure` names why it keeps no more."""

    up: bool
    since: int = 0
    acknowledged: int = 0
    unchecked: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""


class Line(Protocol):
    """To the door."""

    def hand_tokens(self, tokens: Sequence[str]) -> None:
        """Give the door what it checks signatures with; it keeps it in memory only, while this line holds."""

    def wait_for_letters(self, timeout: float) -> bool:
        """Wait until letters were kept, at most `timeout` seconds. Whether there were any."""

    def begin_segment(self) -> bool:
        """Have the door write no more into the files of the spool that are there. False where it does not answer."""

    def report(self) -> DoorReport:
        """How the door is doing. Never raises."""

    def hand_in(self, fields: Mapping[str, str], signature: str) -> None:
        """Post a text from the built-in phone to the door, as a carrier would. Raises NightdeskError."""

    def reseal(self, recipient: str) -> None:
        """Have letters sealed to this intake key from now on, by this door and the next. Raises NightdeskError."""

    def renew_keys(self) -> None:
        """Another key for each line between the desk's own processes: who has an old one is answered no more."""


class NoLine:
    """For a desk that is opened without a door: there is nobody to hand anything to."""

    def hand_tokens(self, tokens: Sequence[str]) -> None:
        pass

    def wait_for_letters(self, timeout: float) -> bool:  # noqa: ARG002 - the port's signature
        return False

    def begin_segment(self) -> bool:
        return False

    def report(self) -> DoorReport:
        return DoorReport(up=False)

    def hand_in(self, fields: Mapping[str, str], signature: str) -> None:  # noqa: ARG002
        raise DoorAwayError("no door is open", remedy="start the desk: nightdesk serve")

    def reseal(self, recipient: str) -> None:
        pass

    def renew_keys(self) -> None:
        pass
