"""What intake does with one text in the vault: sealed, with its job and its leaf, on stable storage."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from storage.audit.leaf import Action
from storage.jobs import JobKind
from storage.vault import Transaction, Vault
from tests import desks
from tests.at_once import at_once
from tests.bench.rows import Row

TEXTS = 800
THREADS = 8
BATCH = 50


def rows() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder, desks.a_vault(Path(folder)) as vault:
        alone = _rate(vault, 1, 1)
        yield Row("texts stored, a transaction each", "/s", alone)
        yield Row(f"the same from {THREADS} threads at once", "/s", _rate(vault, THREADS, 1), "from one thread", alone)
        yield Row(f"the same in batches of {BATCH}, as intake does", "/s", _rate(vault, 1, BATCH), "one by one", alone)


def _rate(vault: Vault, threads: int, batch: int) -> float:
    began = time.perf_counter()
    results = at_once(threads, lambda number: _work(vault, number, TEXTS // threads // batch, batch))
    took = time.perf_counter() - began
    assert results == [None] * threads, results
    return TEXTS / took


def _work(vault: Vault, number: int, times: int, batch: int) -> None:
    for _ in range(times):
        with vault.transaction() as tx:
            for _ in range(batch):
                _store(tx, vault, f"+151255501{number:02}")


def _store(tx: Transaction, vault: Vault, number: str) -> None:
    message = desks.a_message(tx, desks.a_person(tx, vault, number=number).id)
    tx.jobs.add(JobKind.ANSWER, message.id, due=desks.NOW, at=desks.NOW)
    tx.audit.append(Action.RECEIVED, message.id, actor="intake", at=desks.NOW)
