"""Power cuts judged from outside: real processes are started on what the disk held, and asked by HTTP and commands."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.cuts import State, draw, laid_out
from tests.faults.draws import CUTS, tenth
from tests.faults.recorded import MarkingCarrier, Recorded
from tests.faults.recorder import Recording
from tests.journeys.house import PASSPHRASE, House, free_port
from tests.standins.twilio import Text

pytestmark = pytest.mark.compiler

READY_WITHIN_S = 30.0


@contextmanager
def a_house_on(home: Path, folder: Path) -> Iterator[House]:
    """A desk whose files lie there already."""
    folder.mkdir()
    home.rename(folder / "home")
    house = House(folder, free_port(), free_port())
    house.temporary.mkdir()
    house.passphrase_file.write_text(PASSPHRASE + "\n")
    try:
        yield house
    finally:
        if house.process is not None:
            house.process.kill()
            house.process.communicate()
        (house.desk_folder / "door.json").unlink(missing_ok=True)


def looked_at(recorded: Recorded, state: State, home: Path, folder: Path) -> list[str]:
    """What is wrong, in words."""
    known = recorded.known(state.cut)
    wrong = []
    with (
        MarkingCarrier(Recording(home, folder.with_suffix(".trace")), port=recorded.carrier_port) as carrier,
        a_house_on(home, folder) as house,
    ):
        for one in known.created:
            made = Text(
                one.sid, "+15125550100", one.to, one.body, "outbound-api", "sent", one.at / 1000, sent=one.at / 1000
            )
            carrier.texts.append(made)
        began = time.monotonic()
        house.start()
        house.wait_for(lambda: house.state() in {"ready", "degraded"}, "the desk to be open")
        if time.monotonic() - began > READY_WITHIN_S:
            wrong.append("not ready in time")
        house.wait_for(lambda: house.verify()["counts"]["spooled"] == 0, "the spool to be read")
        report = house.verify()
        wrong += [check["detail"] for check in report["checks"] if not check["ok"]]
        for sender in sorted({ack.sender for ack in known.acknowledged}):
            stored = [one["provider_id"] for one in house.messages_of(sender) if one["direction"] == "in"]
            acknowledged = [ack.sid for ack in known.acknowledged if ack.sender == sender]
            if [sid for sid in stored if sid in set(acknowledged)] != acknowledged:
                wrong.append(f"{sender}: {acknowledged} were acknowledged, {stored} are there")
        if house.stop().code != 0:
            wrong.append("it did not end well")
    return wrong


@pytest.mark.parametrize(
    ("count", "seed"),
    [(tenth(CUTS["real processes"]), 5), pytest.param(CUTS["real processes"], 6, marks=pytest.mark.long)],
)
def test_the_real_processes_go_on_after_a_power_cut(
    count: int, seed: int, evening: Recorded, quick_folder: Path, counted: Callable[[int], None]
) -> None:
    for number, (state, home) in enumerate(laid_out(evening, draw(evening, count=count, seed=seed), quick_folder)):
        assert looked_at(evening, state, home, quick_folder / f"looked-at-{number}") == [], state
    counted(count)
