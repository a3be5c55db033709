"""The n-th write or sync of the real processes fails: what was answered 200 stays, the rest is refused and named."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from tests.faults.recorder import failing
from tests.journeys.house import House, a_house
from tests.standins.signed import sms
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.compiler

SENDER = "+15125550101"


@contextmanager
def a_failing_house(folder: Path, fault: str) -> Iterator[tuple[House, TwilioStandIn, Path]]:
    """A desk that runs well until the file `arm` is there."""
    arm = folder / "arm"
    with TwilioStandIn() as carrier, a_house(folder / "house", api_base=carrier.url) as house:
        with mock.patch.dict(os.environ, failing(house.home, fault, arm=arm)):
            house.start()
        yield house, carrier, arm


def deliver(house: House, words: list[str]) -> list[str]:
    """As the carrier delivers, once each; which were answered 200."""
    kept = []
    for word in words:
        try:
            if house.carrier.post(sms(f"are you open tomorrow? {word}", sender=SENDER)).status == 200:
                kept.append(word)
        except OSError:
            continue
    return kept


def stored(house: House) -> list[str]:
    return [one["body"].rsplit(" ", 1)[1] for one in house.messages_of(SENDER) if one["direction"] == "in"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("EIO:sync:1:desk.db-wal:0", id="the database's sync"),
        pytest.param("EIO:write:3:desk.db-wal:0", id="the database's write", marks=pytest.mark.long),
    ],
)
def test_a_core_whose_write_failed_does_nothing_more_and_says_so(tmp_path: Path, fault: str) -> None:
    with a_failing_house(tmp_path, fault) as (house, carrier, arm):
        before = deliver(house, ["one"])
        house.wait_for(lambda: len(carrier.creations) == 1, "the first reply")
        arm.touch()

        after = deliver(house, ["two", "three"])
        house.wait_for(lambda: "disk-failed" in house.reasons(), "the fault to be named")
        sent = len(carrier.creations)
        arm.unlink()
        assert house.state() == "degraded"
        house.stop()

        assert before + after == ["one", "two", "three"], "the door has its own file and goes on"
        house.start()
        house.wait_for(lambda: house.verify()["counts"]["messages_in"] == 3, "every text to be there")
        assert stored(house) == ["one", "two", "three"]
        assert sent <= len(carrier.creations) <= 3, "no reply is made twice: one for each text at most"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("EIO:sync:1:.letters", marks=pytest.mark.long),
        pytest.param("EIO:write:1:.letters", marks=pytest.mark.long),
        pytest.param("SHORT:write:1:.letters:3", marks=pytest.mark.long),
    ],
)
def test_a_door_whose_write_failed_refuses_and_a_fresh_one_goes_on(tmp_path: Path, fault: str) -> None:
    with a_failing_house(tmp_path, fault) as (house, _, arm):
        kept = deliver(house, ["one"])
        arm.touch()

        kept += deliver(house, ["two"])
        arm.unlink()
        house.wait_for(lambda: bool(deliver(house, ["three"])), "the door to take texts again")
        kept.append("three")

        house.wait_for(lambda: house.verify()["counts"]["spooled"] == 0, "the spool to be read")
        assert [word for word in stored(house) if word != "two"] == ["one", "three"]
        assert set(kept) <= set(stored(house))
        assert house.verify()["ok"]
        assert house.stop().code == 0


@pytest.mark.long
def test_a_full_disk_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    with a_failing_house(tmp_path, "ENOSPC:write:1:/home/:0") as (house, _, arm):
        kept = deliver(house, ["one"])
        house.wait_for(lambda: house.verify()["counts"]["messages_in"] == 1, "the first text to be read in")
        arm.touch()

        assert deliver(house, ["two"]) == []
        house.wait_for(lambda: house.state() == "degraded", "the fault to be named")
        told = house.reasons()
        arm.unlink()
        house.wait_for(lambda: bool(deliver(house, ["three"])), "the door to take texts again")
        kept.append("three")

        assert "disk-full" in told
        house.wait_for(lambda: house.state() == "ready", "the desk to be well again")
        house.wait_for(lambda: house.verify()["counts"]["messages_in"] == 2, "every text to be there")
        assert stored(house) == kept
