"""A backup of a desk with 100,000 messages: what one more costs against how much changed; and bringing it back."""

import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select, update

from appliance.copies.restoring import restore_desk
from storage.copies.trial import try_set
from storage.copies.writing import Written
from storage.database import write
from storage.keys.agekeys import spelled
from storage.messages import MessageState, messages
from storage.vault import DESK_FILE, Vault
from tests import desks
from tests.bench.bench_inbox import MANY, fill
from tests.bench.rows import Goal, Row
from tests.standins.clock import FixedClock
from tests.storage.copies.places import Kept

CHANGED = (0, 100, 1_000, 10_000)
LONGEST_RESTORE_S = 15 * 60
MIB = 1024 * 1024


def rows() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as name, desks.a_vault(Path(name) / "maple") as vault:
        folder = Path(name)
        fill(vault, MANY)
        kept = Kept(vault, folder / "stick")
        whole, first = _timed(kept)
        yield Row("backup, the first: everything", "s", whole)
        for count in CHANGED:
            _change(vault, count)
            took, written = _timed(kept)
            assert not written.base
            what = f"backup, {count:,} of 100,000 messages changed"
            yield Row(what, "s", took, "everything", whole)
            yield Row(f"{what}: bytes carried", "MiB", written.sent / MIB, "everything", first.sent / MIB)
        began = time.perf_counter()
        try_set(kept.shelf, kept.shelf.newest()[0] or first.manifest, vault)
        yield Row("backup, put together and checked whole, 100,000 messages", "s", time.perf_counter() - began)
        began = time.perf_counter()
        done = restore_desk(kept.place, folder / "new", spelled(kept.sheet), clock=FixedClock(kept.now))
        assert done.report.counts.messages_in == MANY
        goal = Goal("figure", "at most", LONGEST_RESTORE_S)
        yield Row("restore with all checks, 100,000 messages", "s", time.perf_counter() - began, goal=goal)


def _timed(kept: Kept) -> tuple[float, Written]:
    began = time.perf_counter()
    written = kept.write()
    return time.perf_counter() - began, written


def _change(vault: Vault, count: int) -> None:
    """So many messages, anywhere in the store, as setting threads aside would change them."""
    with write(dict(vault.engines())[DESK_FILE]) as connection:
        ids = list(connection.execute(select(messages.c.id)).scalars())
        for one in random.Random(count).sample(ids, count):
            state = MessageState.DONE
            connection.execute(update(messages).where(messages.c.id == one).values(state=state))
