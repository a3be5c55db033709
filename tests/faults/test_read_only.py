"""The disk of the real processes turns read-only: nothing is taken or sent that cannot be kept, every command says why,
and after the repair all goes on.

No file system is mounted anew here: a running one with open files refuses that. The recorder answers as a disk does
that its system has made read-only.
"""

import os
import time
from pathlib import Path
from unittest import mock

import pytest

from tests.faults.outsider import Outsider
from tests.faults.recorded import numbers
from tests.faults.recorder import failing
from tests.journeys.house import a_house
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.compiler

FIRST, SECOND, THIRD = numbers(3)
READ_ONLY = "EROFS:any:1:/home/:0"
COMMANDS = (("person", "erase", FIRST, "--yes"), ("keys", "rotate", "--yes"), ("link",))


def test_a_disk_that_turns_read_only_is_named_and_all_goes_on_after_the_repair(tmp_path: Path) -> None:
    arm = tmp_path / "arm"
    with TwilioStandIn() as carrier, a_house(tmp_path / "house", api_base=carrier.url) as house:
        outsider = Outsider(house, carrier, "canary-of-a-read-only-disk")
        with mock.patch.dict(os.environ, failing(house.home, READ_ONLY, arm=arm)):
            house.start()
            assert outsider.text(FIRST)
            house.wait_for(lambda: len(carrier.creations) == 1, "the first reply")
            carrier.script("429")
            assert outsider.text(SECOND)
            house.wait_for(lambda: not carrier._steps, "a reply that waits to be sent")
            time.sleep(1)

            arm.touch()
            assert not outsider.text(THIRD)
            house.wait_for(lambda: {"door-down", "disk-failed"} <= set(house.reasons()), "the fault to be named")
            for words in COMMANDS:
                said = house.command(*words, locked=words[0] == "link")
                assert (said.code, said.err.partition(": ")[2].partition(": ")[0]) == (1, "disk-failed"), words
            assert len(carrier.creations) == 1, "what cannot be marked as sent is not sent"
            house.stop()

            house.start(wait=False)
            assert house.process is not None
            _, refused = house.process.communicate(timeout=30)
            assert house.process.returncode == 1
            assert "nightdesk: disk-read-only: " in refused
            house.process = None

        arm.unlink()
        house.start()
        house.wait_for(lambda: len(carrier.creations) == 2, "the reply that waited")
        assert outsider.text(THIRD)
        house.wait_for(lambda: len(carrier.creations) == 3, "the last reply")
        assert house.stop().code == 0
        assert outsider.faults() == []


@pytest.mark.long
def test_the_door_comes_back_by_itself_when_the_disk_does(tmp_path: Path) -> None:
    """Read-only for the door's files alone, so that the core goes on."""
    arm = tmp_path / "arm"
    with TwilioStandIn() as carrier, a_house(tmp_path / "house", api_base=carrier.url) as house:
        outsider = Outsider(house, carrier)
        with mock.patch.dict(os.environ, failing(house.home, "EROFS:any:1:/spool/:0", arm=arm)):
            house.start()
            assert outsider.text(FIRST)
            arm.touch()
            assert not outsider.text(FIRST)
            house.wait_for(lambda: house.state() == "degraded", "the fault to be named")
            assert "door-down" in house.reasons()

            arm.unlink()
            house.wait_for(lambda: outsider.text(SECOND), "the door to take texts again")
            house.wait_for(lambda: len(carrier.creations) == 2, "both replies")
            assert house.stop().code == 0
        assert outsider.faults() == []
