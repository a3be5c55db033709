"""Every key of a desk with 100,000 messages changed, in both kinds; and how long a page waits meanwhile at most."""

import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from storage.rotation.rotate import ask_for, rotate
from storage.vault import Vault
from tests import desks
from tests.bench.bench_inbox import MANY, fill
from tests.bench.rows import Goal, Row

GOAL = Goal("figure", "at most", 60)


def rows() -> Iterable[Row]:
    for kind, after_leak in (("routine", False), ("after a leak, everything sealed anew", True)):
        with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder, desks.a_vault(Path(folder)) as vault:
            fill(vault, MANY)
            took, waited = _rotated(vault, after_leak=after_leak)
        yield Row(f"all keys changed, 100,000 messages: {kind}", "s", took, goal=GOAL)
        yield Row("longest wait of somebody who only looks", "s", waited)


def _rotated(vault: Vault, *, after_leak: bool) -> tuple[float, float]:
    with vault.transaction() as tx:
        ask_for(tx, after_leak=after_leak, actor="owner")
    ended, waits = threading.Event(), [0.0]

    def looks() -> None:
        while not ended.wait(0.05):
            began = time.perf_counter()
            with vault.look() as tx:
                tx.jobs.count()
            waits.append(time.perf_counter() - began)

    looker = threading.Thread(target=looks)
    looker.start()
    began = time.perf_counter()
    rotate(vault, now=desks.NOW)
    took = time.perf_counter() - began
    ended.set()
    looker.join()
    return took, max(waits)
