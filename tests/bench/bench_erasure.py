"""Erasing one person of 10,000 with 100,000 texts: until nothing opens, and with the others' keys and the spool."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from appliance.keeping.erasing import Eraser, ask
from storage.letters import Letter, LetterKind
from storage.meta import Meta
from storage.spool.reader import SpoolReader
from storage.spool.writer import SpoolWriter
from storage.vault import Vault
from tests import desks
from tests.bench.bench_inbox import fill
from tests.bench.rows import Goal, Row
from tests.standins.clock import FixedClock
from tests.standins.signed import sms

MESSAGES = 100_000
PEOPLE = 10_000
# Seven days of letters of a desk that gets a tenth of its texts in a week, in batches as the door makes them.
LETTERS = 10_000
BATCH = 10
MINUTE = Goal("figure", "at most", 60)


def rows() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder, desks.a_vault(Path(folder)) as vault:
        fill(vault, MESSAGES)
        with vault.look() as tx:
            person = tx.people.waiting(limit=1)[0]
        spool = _letters(vault, Path(folder) / "spool")
        eraser = Eraser(vault=vault, clock=FixedClock(desks.NOW), spool=spool)
        began = time.perf_counter()
        ask([person], by="owner", undo_days=0, vault=vault, clock=eraser.clock)
        eraser.carry_out()
        live = time.perf_counter()
        eraser.settle()
        done = time.perf_counter()
        with vault.look() as tx:
            erasure = tx.erasures.of(person.id)
        assert erasure is not None
        assert erasure.spool_at is not None
        assert erasure.rewrapped_at is not None
        yield Row(
            f"one person of {PEOPLE:,} erased, {MESSAGES:,} messages: nothing opens", "s", live - began, goal=MINUTE
        )
        yield Row("the same, all other keys wrapped anew, letters struck", "s", done - began, goal=MINUTE)


def _letters(vault: Vault, folder: Path) -> SpoolReader:
    writer = SpoolWriter(folder, recipient=vault.keys.intake_recipient)
    for start in range(0, LETTERS, BATCH):
        batch = [_letter(f"+1512555{number % PEOPLE:05}") for number in range(start, start + BATCH)]
        writer.append(batch, checked=True)
    writer.close()
    reader = SpoolReader(folder, identities=vault.keys.intake_identities())
    with vault.transaction() as tx:
        tx.meta.put(Meta.SPOOL_SEQUENCE, reader.read_after(0, LETTERS)[-1].sequence)
    return reader


def _letter(sender: str) -> Letter:
    fields = tuple(sms("Are you open on Sunday?", sender=sender).items())
    return Letter(LetterKind.SMS, desks.NOW, "https://desk.example", fields, "signed", checked=True)
