"""A first run over 100,000 texts, all past their time, deleted and archived; and whoever wants to write meanwhile."""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.limits import DAY
from appliance.keeping.retention import Keeper
from appliance.settings.read import parse_settings
from storage.meta import Meta
from storage.vault import Vault
from tests import desks
from tests.appliance.keeping.keepers import SETTINGS
from tests.bench.bench_inbox import fill
from tests.bench.rows import Goal, Row
from tests.standins.clock import FixedClock

TEXTS = 100_000
LATER = desks.NOW + 1_000 * DAY
ALONE = 200


def rows() -> Iterable[Row]:
    for name, keeping in (("deleted", ""), ("archived", 'after = "archive"')):
        with (
            tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder,
            desks.a_vault(Path(folder) / "maple") as vault,
        ):
            fill(vault, TEXTS)
            alone = [_write(vault) for _ in range(ALONE)]
            took, meanwhile = _run(vault, keeping)
        yield Row(f"100,000 texts past their time, {name}", "s", took)
        goal = Goal("figure", "at most", 250)
        yield Row(f"a write meanwhile ({name}), p99", "ms", _p99(meanwhile), "p99 of a write alone", _p99(alone), goal)


def _run(vault: Vault, keeping: str) -> tuple[float, list[float]]:
    clock, ended, took = FixedClock(LATER), threading.Event(), list[float]()

    def others() -> None:
        while not ended.is_set():
            took.append(_write(vault))
            ended.wait(0.01)

    other = threading.Thread(target=others)
    guard = ClockGuard(vault=vault, clock=clock, ticks=lambda: 0)
    keeper = Keeper(
        vault=vault, clock=clock, guard=guard, settings=parse_settings(SETTINGS + keeping), folder=vault.folder
    )
    other.start()
    began = time.perf_counter()
    ran = keeper.run(LATER)
    passed = time.perf_counter() - began
    ended.set()
    other.join()
    assert ran.removed["archived" if keeping else "messages"] == TEXTS
    return passed, took


def _write(vault: Vault) -> float:
    began = time.perf_counter()
    with vault.transaction() as tx:
        tx.meta.put(Meta.LAST_CHECK, desks.NOW)
    return (time.perf_counter() - began) * 1000


def _p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]
