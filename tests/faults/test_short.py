"""Descriptors and memory run short in the real processes: they go on with what they have, say so, and recover."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.outsider import Outsider
from tests.faults.recorded import numbers
from tests.journeys.house import House, a_house
from tests.standins.twilio import TwilioStandIn
from ui.door.files import read_up

FIRST, SECOND, THIRD = numbers(3)
MANY = 30
MIB = 1024 * 1024


@contextmanager
def a_running_house(folder: Path) -> Iterator[tuple[Outsider, House]]:
    with TwilioStandIn() as carrier, a_house(folder / "house", api_base=carrier.url) as house:
        house.start()
        outsider = Outsider(house, carrier)
        assert outsider.text(FIRST)
        house.wait_for(lambda: len(carrier.creations) == 1, "the first reply")
        yield outsider, house
        house.wait_for(lambda: house.state() == "ready", "the desk to be well again")
        house.wait_for(outsider.settled, "all to be done")
        assert house.stop().code == 0
        assert outsider.faults() == []


@contextmanager
def limited(pid: int, kind: int, most: int) -> Iterator[None]:
    """A process has less of something for a while."""
    before = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (most, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, kind, before)


def opened_by(pid: int) -> int:
    return len([*Path(f"/proc/{pid}/fd").iterdir()])


def connections(stack: ExitStack, port: int, count: int) -> None:
    for _ in range(count):
        stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))


def test_a_door_without_descriptors_stands_and_serves_again(tmp_path: Path) -> None:
    with a_running_house(tmp_path) as (outsider, house):
        up = read_up(house.desk_folder)
        assert up is not None
        log = house.desk_folder / "logs" / "door.log"
        with limited(up.pid, resource.RLIMIT_NOFILE, opened_by(up.pid) + 9), ExitStack() as stack:
            connections(stack, house.door_port, MANY)
            before = _ticks(up.pid)
            house.wait_for(lambda: outsider.text(SECOND), "the silent ones to be sent away")
            assert _ticks(up.pid) - before < 500, "waiting must not cost seconds of work"

        assert outsider.text(THIRD)
        assert (found := read_up(house.desk_folder)) is not None
        assert found.pid == up.pid
        assert log.stat().st_size < MIB


@pytest.mark.long
@pytest.mark.parametrize(("kind", "more"), [(resource.RLIMIT_NOFILE, 2), (resource.RLIMIT_AS, 4 * MIB)])
def test_a_core_that_runs_short_is_named_and_recovers(tmp_path: Path, kind: int, more: int) -> None:
    with a_running_house(tmp_path) as (outsider, house), ExitStack() as stack:
        assert house.process is not None
        pid = house.process.pid
        has = opened_by(pid) if kind == resource.RLIMIT_NOFILE else _address_space(pid)
        with limited(pid, kind, has + more):
            connections(stack, house.admin_port, 30)
            assert outsider.text(SECOND)
            assert outsider.text(THIRD)
        stack.close()


def _ticks(pid: int) -> int:
    """Hundredths of a second of work."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(told[11]) + int(told[12])


def _address_space(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
