"""Power cuts by the hundred: draws states from a recording and has each judged.

A verdict names its state by cut (how many events had happened), way and seed; `laid_out(recorded, [state], folder)`
makes it again from the same recording. Recordings differ, since real processes made them: see docs/faults.md.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.errors import StorageError
from storage.vault import Vault
from tests.faults.judge import Judge, Keys
from tests.faults.recorded import Recorded, desk_in
from tests.faults.recorder import Op
from tests.faults.recovered import digest_once_opened
from tests.faults.states import Way
from tests.journeys.house import PASSPHRASE

_KEYS = Keys(PASSPHRASE)
ANSWERS_EACH = 4
"""In every so manieth state the evening also answers what waits."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of the disk that a power cut may have left, by the numbers it is drawn from."""

    cut: int
    way: Way
    seed: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, how many others come to the same once they are opened, and what is wrong with all of them."""

    state: State
    alike: int
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
    answers_each: int = ANSWERS_EACH,
    also: Callable[[Vault, Path], list[str]] = lambda _vault, _folder: [],
) -> Iterator[Verdict]:
    """The verdicts on all of the states.

    1. each is laid out; no planted word lies in the clear anywhere in it
    2. each is opened; those that then are the same, byte for byte, are told together (recovered.py)
    3. of those the last one, of which outsiders know the most, is laid out once more and judged: what holds for
       all that they know holds for the less that they knew before
    """
    alike: dict[str, list[State]] = {}
    for state, home in laid_out(recorded, states, folder):
        if seen := recorded.sightings(home):
            yield Verdict(state, 0, tuple(f"in the clear: {place}" for place in seen))
        alike.setdefault(_name_of(recorded, state, home), []).append(state)
    unknown = {one[-1]: (name, one) for name, one in alike.items() if recorded.well.get(name, -1) < one[-1].cut}
    worlds = laid_out(recorded, sorted(unknown, key=lambda one: one.cut), folder)
    for number, (state, home) in enumerate(worlds):
        answers = number % answers_each == 0
        judge = Judge(_KEYS, recorded.now, canary=recorded.canary, answers=answers, also=also)
        faults = tuple(_faults(judge, desk_in(home), recorded, state))
        name, group = unknown[state]
        if not faults:
            recorded.well[name] = state.cut
        yield Verdict(state, len(group) - 1, faults)
    yield from (Verdict(one[-1], len(one) - 1, ()) for name, one in alike.items() if one[-1] not in unknown)


def _name_of(recorded: Recorded, state: State, home: Path) -> str:
    """The same for states that one verdict can stand for."""
    known = recorded.known(state.cut)
    try:
        with closing(_KEYS.open(desk_in(home))) as keys:
            digest = digest_once_opened(home, desk_in(home), keys)
    except StorageError:
        digest = ""
    # What the carrier made and who was erased changes how the evening goes on.
    return f"{digest or state} {len(known.created)} {known.erased}"


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
