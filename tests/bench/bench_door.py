"""How many texts the door acknowledges in a second, beside the plain way and beside its own server doing nothing."""

import statistics
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from tests.bench.load import Outcome, Target, drive
from tests.bench.our_door import DESK, idle_server, our_door
from tests.bench.plain_way import nothing, plain_way
from tests.bench.rows import Goal, Row

TOKEN = "an invented token for the bench"
PUBLIC = "https://desk.example"
HOOK = f"/hooks/{DESK}/sms"
CONNECTIONS = 64
ROUNDS = 3
# Enough for some seconds a round; the slow side needs fewer.
TEXTS, TEXTS_PLAIN, TEXTS_BEFORE = 8000, 1500, 200


def rows() -> Iterable[Row]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nightdesk-bench-")))
        door = stack.enter_context(our_door(_made(folder / "desk"), public_url=PUBLIC, token=TOKEN))
        ports = {
            "ours": (door.port, TEXTS),
            "plain": (stack.enter_context(plain_way(folder, public_url=PUBLIC + HOOK, token=TOKEN)), TEXTS_PLAIN),
            "idle": (stack.enter_context(idle_server()), TEXTS),
            "waitress": (stack.enter_context(nothing()), TEXTS),
        }
        heard: dict[str, list[Outcome]] = {side: [] for side in ports}
        for turn in range(ROUNDS):  # in turns, so that a slow spell of the machine falls on all of them
            for side, (port, texts) in ports.items():
                heard[side].append(_round(port, texts, f"{side} {turn}"))
        if door.kept() != ROUNDS * (TEXTS + TEXTS_BEFORE):
            raise RuntimeError(f"the door says that it kept {door.kept()} letters")

    speed = {side: _middle(outcomes, lambda one: one.a_second) for side, outcomes in heard.items()}
    yield Row("texts acknowledged", "/s", speed["ours"], "the plain way", speed["plain"], Goal("ratio", "at least", 3))
    yield Row("", "/s", speed["ours"], "the same server, idle", speed["idle"], Goal("ratio", "at least", 0.6))
    yield Row("", "/s", speed["ours"], "stock waitress, idle", speed["waitress"])
    for share, name in ((0.5, "half of them within"), (0.99, "99 % of them within")):
        waits = {side: _middle(outcomes, lambda one: 1000 * one.wait_at(share)) for side, outcomes in heard.items()}  # noqa: B023 - used at once
        yield Row(name, "ms", waits["ours"], "the plain way", waits["plain"])


def _round(port: int, texts: int, label: str) -> Outcome:
    path = HOOK if label.partition(" ")[0] != "plain" else "/sms"
    target = Target(port, path, PUBLIC + HOOK, TOKEN)
    drive(target, texts=TEXTS_BEFORE, connections=CONNECTIONS, label=f"{label} before")
    outcome = drive(target, texts=texts, connections=CONNECTIONS, label=label)
    if outcome.refused or len(outcome.waits) != texts:
        raise RuntimeError(f"{label}: {outcome.refused} of {texts} texts were refused")
    return outcome


def _middle(outcomes: list[Outcome], figure: Callable[[Outcome], float]) -> float:
    return statistics.median(figure(outcome) for outcome in outcomes)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
