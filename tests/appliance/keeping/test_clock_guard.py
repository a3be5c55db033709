"""A clock that jumps is noticed, forward and back, within a run and over a restart; a person's word ends the doubt."""

from dataclasses import dataclass

import pytest

from appliance.keeping.clock_guard import CODE, JUMP, ClockGuard
from appliance.keeping.limits import DAY, HOUR, MINUTE
from storage.audit.leaf import Action
from storage.meta import Meta
from storage.vault import Vault
from tests.desks import NOW
from tests.standins.clock import FixedClock


@dataclass
class Machine:
    """A machine with its clock and the counter that nobody sets."""

    vault: Vault
    clock: FixedClock
    ticked: int = 5_000

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """The desk starts, perhaps again; the counter begins anew with the machine."""
        self.ticked = 7_000
        self.guard = ClockGuard(vault=self.vault, clock=self.clock, ticks=lambda: self.ticked)

    def passes(self, ms: int) -> None:
        self.clock.advance(ms)
        self.ticked += ms

    def alerts(self) -> list[str]:
        with self.vault.look() as tx:
            return [alert.code for alert in tx.alerts.unseen()]

    def kept(self) -> int:
        with self.vault.look() as tx:
            return tx.meta.number(Meta.CLOCK_SEEN)

    def leaves(self) -> list[str]:
        with self.vault.look() as tx:
            return [
                name for body in tx.audit.bodies() for name in ("paused", "resumed") if f'"{name}"'.encode() in body
            ]


@pytest.fixture
def machine(vault: Vault, clock: FixedClock) -> Machine:
    return Machine(vault, clock)


def test_time_that_passes_is_no_jump(machine: Machine) -> None:
    for _ in range(20):
        assert machine.guard.look() is None
        machine.passes(30 * HOUR)

    assert machine.alerts() == []


def test_a_second_look_within_the_minute_writes_nothing(machine: Machine) -> None:
    machine.guard.look()
    machine.passes(MINUTE - 1)

    assert machine.guard.look() is None
    assert machine.kept() == NOW

    machine.passes(1)
    machine.guard.look()
    assert machine.kept() == NOW + MINUTE


def test_a_jump_within_the_minute_is_told_at_once_and_so_is_its_end(machine: Machine) -> None:
    machine.guard.look()
    machine.passes(5_000)
    machine.clock.advance(100 * DAY)
    machine.guard.look()
    assert machine.alerts() == [CODE]

    machine.passes(5_000)
    machine.clock.advance(-100 * DAY)
    machine.guard.look()

    assert machine.alerts() == []
    assert machine.leaves() == ["paused", "resumed"]


def test_a_night_switched_off_is_no_jump(machine: Machine) -> None:
    machine.guard.look()
    machine.clock.advance(JUMP)
    machine.start()

    assert machine.guard.look() is None


@pytest.mark.parametrize("jump", [JUMP + 1, -JUMP - 1, 100 * DAY, -100 * DAY])
def test_a_jump_while_it_runs_is_told_once(machine: Machine, jump: int) -> None:
    machine.guard.look()
    machine.clock.advance(jump)

    for _ in range(3):
        doubt = machine.guard.look()
        assert doubt is not None
        assert doubt.told - doubt.expected == jump

    assert machine.alerts() == [CODE]
    assert machine.leaves() == ["paused"]


@pytest.mark.parametrize("jump", [JUMP, -JUMP, HOUR, -HOUR])
def test_a_small_one_is_not(machine: Machine, jump: int) -> None:
    machine.guard.look()
    machine.clock.advance(jump)

    assert machine.guard.look() is None


def test_many_small_jumps_are_one_large_one(machine: Machine) -> None:
    machine.guard.look()
    found = []
    for _ in range(3):
        machine.clock.advance(20 * HOUR)
        found.append(machine.guard.look() is not None)

    assert found == [False, False, True]


@pytest.mark.parametrize("jump", [JUMP + 1, -JUMP - 1])
def test_a_jump_over_a_restart_is_noticed_and_stays_so_over_the_next(machine: Machine, jump: int) -> None:
    machine.guard.look()
    machine.clock.advance(jump)

    for _ in range(3):
        machine.start()
        assert machine.guard.look() is not None

    assert machine.alerts() == [CODE]


def test_a_clock_that_is_put_right_is_known_again_even_after_a_restart(machine: Machine) -> None:
    machine.guard.look()
    machine.clock.advance(365 * DAY)
    machine.guard.look()
    machine.start()
    machine.guard.look()
    machine.passes(2 * HOUR)
    machine.guard.look()

    machine.clock.advance(-365 * DAY)

    assert machine.guard.look() is None
    assert machine.alerts() == []
    assert machine.leaves() == ["paused", "resumed"]


def test_a_persons_word_ends_the_doubt_and_is_on_the_log(machine: Machine) -> None:
    machine.guard.look()
    machine.clock.advance(5 * DAY)
    machine.guard.look()

    machine.guard.trust(by="owner")

    assert machine.guard.look() is None
    machine.start()
    assert machine.guard.look() is None
    assert machine.alerts() == []
    with machine.vault.look() as tx:
        last = list(tx.audit.bodies())[-1]
    assert b'"owner"' in last
    assert Action.RESUMED.encode() in last


def test_a_new_desk_takes_the_clock_as_it_is(machine: Machine) -> None:
    assert machine.clock.now() == NOW
    assert machine.guard.look() is None


def test_what_goes_by_its_age_waits_for_a_sure_clock(machine: Machine) -> None:
    done: list[str] = []
    machine.guard.when_sure(lambda: done.append("sure"))
    machine.clock.advance(30 * DAY)
    machine.guard.when_sure(lambda: done.append("in doubt"))

    assert done == ["sure"]
