"""The clock of the machine set forward and back under the real processes: nothing is deleted without a
person's word, nobody waits for a time to come again, and the log goes on.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from tests.faults.recorder import libraries
from tests.journeys.house import House, a_house
from tests.standins.signed import sms
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.compiler

SENDER, OTHER = "+15125550101", "+15125550102"
# Bodies are kept for 90 days.
FAR = 100 * 24 * 60 * 60


class Clock:
    """What time it is for the processes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    def set(self, seconds: int) -> None:
        """So far from the right time."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds}\n")
        fresh.replace(self._file)

    def environment(self) -> dict[str, str]:
        """For a process that shall go by it."""
        return {"LD_PRELOAD": libraries(), "NDF_CLOCK": str(self._file)}


@contextmanager
def a_house_whose_clock_moves(folder: Path) -> Iterator[tuple[House, TwilioStandIn, Clock]]:
    with TwilioStandIn() as carrier, a_house(folder / "house", api_base=carrier.url) as house:
        clock = Clock(folder / "clock")
        with mock.patch.dict(os.environ, clock.environment()):
            house.start()
        yield house, carrier, clock


def text(house: House, word: str, sender: str = SENDER) -> None:
    assert house.carrier.post(sms(f"are you open tomorrow? {word}", sender=sender)).status == 200


def test_a_clock_set_forward_and_back_deletes_nothing_and_delays_nothing(tmp_path: Path) -> None:
    with a_house_whose_clock_moves(tmp_path) as (house, carrier, clock):
        text(house, "one")
        house.wait_for(lambda: len(carrier.creations) == 1, "the first reply")

        clock.set(FAR)
        house.wait_for(lambda: "clock-jumped" in house.reasons(), "the jump to be told")
        # Turned away for now, by a carrier that is busy: to be tried again a moment after a time that is far off.
        carrier.script("429")
        text(house, "two", OTHER)
        house.wait_for(lambda: not carrier._steps, "a try in the time to come")
        time.sleep(1)
        clock.set(0)
        house.wait_for(lambda: len(carrier.creations) == 2, "the reply not to wait for a hundred days")
        house.wait_for(lambda: house.state() == "ready", "the desk to be sure again")

        clock.set(-FAR)
        house.wait_for(lambda: "clock-jumped" in house.reasons(), "the jump back to be told")
        text(house, "three")
        house.wait_for(lambda: len(carrier.creations) == 3, "a reply in the time before")
        clock.set(0)
        house.wait_for(lambda: house.state() == "ready", "the desk to be sure again")

        assert house.verify()["ok"]
        # Shown by the time that the clock told when they came.
        assert sorted(words(house, SENDER)) == ["one", "three"]
        assert words(house, OTHER) == ["two"]
        assert house.stop().code == 0


def words(house: House, sender: str) -> list[str]:
    return [one["body"].rsplit(" ", 1)[1] for one in house.messages_of(sender) if one["direction"] == "in"]
