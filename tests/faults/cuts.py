"""Power cuts by the hundred: draws states from a recording and has each judged.

A verdict names its state by cut (how many events had happened), way and seed; `laid_out(recorded, [state], folder)`
makes it again from the same recording. Recordings differ, since real processes made them: see docs/faults.md.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.vault import Vault
from tests.faults.judge import Judge, Keys
from tests.faults.recorded import Recorded, desk_in
from tests.faults.recorder import Op
from tests.faults.states import Way
from tests.journeys.house import PASSPHRASE

_KEYS = Keys(PASSPHRASE)


@dataclass(frozen=True, slots=True)
class State:
    """One state of the disk that a power cut may have left, by the numbers it is drawn from."""

    cut: int
    way: Way
    seed: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, and what was wrong with it."""

    state: State
    faults: tuple[str, ...]


def draw(recorded: Recorded, *, count: int, seed: int) -> list[State]:
    """So many states, half of them just before or after something was synced or somebody learnt of it."""
    chance = random.Random(seed)
    turns = [at for at, event in enumerate(recorded.events) if event.op is not Op.WRITE]
    drawn = []
    for number in range(count):
        anywhere = chance.randrange(len(recorded.events) + 1)
        cut = anywhere if chance.random() < 0.5 else chance.choice(turns) + chance.randrange(2)
        drawn.append(State(cut, chance.choice([*Way]), seed * 1_000_000 + number))
    return sorted(drawn, key=lambda state: state.cut)


def ends(recorded: Recorded) -> list[State]:
    """Right after the last event: whoever was told that it is done must find it done, whatever was not synced."""
    return [State(len(recorded.events), way, seed) for seed, way in enumerate(Way)]


def judged(
    recorded: Recorded,
    states: list[State],
    folder: Path,
    *,
    deep_each: int = 20,
    also: Callable[[Vault, Path], list[str]] = lambda _vault, _folder: [],
) -> Iterator[Verdict]:
    """The verdict on each of the states; on some a deeper one."""
    for number, (state, home) in enumerate(laid_out(recorded, states, folder)):
        judge = Judge(_KEYS, recorded.now, deep=number % deep_each == 0, canary=recorded.canary, also=also)
        yield Verdict(state, tuple(_faults(judge, desk_in(home), recorded, state)))


def laid_out(recorded: Recorded, states: list[State], folder: Path) -> Iterator[tuple[State, Path]]:
    """Each of the states as a folder, one at a time; they must come in the order of their cuts."""
    worlds = recorded.states([state.cut for state in states])
    for state, (_, world) in zip(states, worlds, strict=True):
        home = folder / "state"
        shutil.rmtree(home, ignore_errors=True)
        world.lay_out(home, state.way, random.Random(state.seed))
        yield state, home


def _faults(judge: Judge, folder: Path, recorded: Recorded, state: State) -> list[str]:
    try:
        return judge.faults(folder, recorded.known(state.cut))
    except Exception as error:  # noqa: BLE001 - a desk that does not open is a verdict as well
        return [f"{type(error).__name__}: {error}"]
