"""Core or command killed while keys are changed, somebody is erased or a copy is made, and people go on writing."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.draws import COMMANDS, GONE, words_of
from tests.faults.outsider import Outsider
from tests.faults.recorded import numbers
from tests.journeys import warm
from tests.journeys.house import House, a_house, environment, nightdesk
from tests.standins.twilio import TwilioStandIn

WRITERS = [one for one in numbers(4) if one != GONE]
LONGEST_S = 3.0
READY_WITHIN_S = 10.0
LONG = 12


@contextmanager
def people_writing(outsider: Outsider) -> Iterator[None]:
    """Several people write one text after the other while the block runs."""
    ending = threading.Event()

    def writes(sender: str) -> None:
        while not ending.wait(0.1):
            outsider.text(sender)

    threads = [threading.Thread(target=writes, args=(sender,)) for sender in WRITERS]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join()


class Command:
    """A command beside the core, which may be killed."""

    def __init__(self, house: House, words: tuple[str, ...]) -> None:
        told = ["--home", str(house.home), "--passphrase-file", str(house.passphrase_file)]
        self.running = warm.Warm([*words, *told], env=environment(house.temporary))

    def said_done(self) -> bool:
        self.running.communicate(timeout=120)
        return self.running.returncode == 0


def killed(folder: Path, act: str, seed: int) -> list[str]:
    """What is wrong after it, in words."""
    dice = random.Random(seed)
    with TwilioStandIn() as carrier, a_house(folder / "house", api_base=carrier.url) as house:
        (place := folder / "place").mkdir()
        words = tuple(words_of(act, place))
        outsider = Outsider(house, carrier, f"canary{dice.getrandbits(64):016x}")
        house.start()
        assert outsider.text(GONE)
        house.wait_for(lambda: len(carrier.creations) == 1, "the first reply")
        with people_writing(outsider):
            command = Command(house, words)
            time.sleep(dice.uniform(0.1, LONGEST_S))
            if act == "backup" and dice.random() < 0.5:
                command.running.kill()
            else:
                house.kill()
            told = command.said_done()
            if house.process is None:
                began = time.monotonic()
                house.start()
                house.wait_for(lambda: house.state() in {"ready", "degraded"}, "the desk to be open")
                late = time.monotonic() - began > READY_WITHIN_S
            else:
                late = False
        house.wait_for(lambda: _settled(house, outsider), "all to be done", within=120)
        wrong = ["not ready in time"] if late else []
        if act == "erasure":
            again = nightdesk(*words, "--home", house.home, "--passphrase-file", house.passphrase_file)
            assert told or again.code == 0 or "unknown-person" in again.err, again
            outsider.known.erased.append(GONE)
        else:
            said = house.command(*words)
            wrong += [] if said.code == 0 else [f"it cannot be done again: {said.err}"]
            house.wait_for(lambda: _settled(house, outsider), "all to be done", within=120)
        report = house.verify()
        wrong += [check["detail"] for check in report["checks"] if not check["ok"]]
        assert house.stop().code == 0
        return wrong + outsider.faults()


def _settled(house: House, outsider: Outsider) -> bool:
    rotation = house.asked("rotation")
    return bool(rotation) and not rotation["running"] and outsider.settled()


@pytest.mark.long
def test_a_core_killed_while_its_keys_are_changed_goes_on_with_both(tmp_path: Path) -> None:
    assert killed(tmp_path, "rotation after a leak", seed=1) == []


@pytest.mark.long
@pytest.mark.parametrize("act", COMMANDS)
@pytest.mark.parametrize("seed", range(2, 2 + LONG))
def test_whatever_is_killed_beside_people_who_write_all_goes_on(tmp_path: Path, act: str, seed: int) -> None:
    assert killed(tmp_path, act, seed) == []
