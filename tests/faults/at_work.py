"""Acts that no command does by itself, in a process of their own: `python -m tests.faults.at_work ACT FOLDER FILE`.

`keep` and `archive` are a run of retention a hundred days on, in batches small enough that a few texts need several;
`migrate` opens the desk as a release would that has one more step for each file (migrating.py).
"""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest import mock

from appliance.gateways.clock import SystemClock
from appliance.keeping import retention
from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.retention import Keeper
from appliance.opening.store import open_vault
from appliance.settings.read import parse_settings
from storage.keys.secret import SecretBytes
from storage.vault import Vault
from tests.faults.migrating import one_step_more
from tests.standins.clock import FixedClock

DAYS_ON = 100 * 24 * 60 * 60 * 1000
_KEEPING = '\n[keeping]\nbodies = 90\nafter = "{after}"\nruns = 90\n'
_FEW = 2


def keep(vault: Vault, after: str, *, now: int) -> None:
    """One run of retention to its end."""
    clock = FixedClock(now)
    settings = parse_settings((vault.folder / "settings.toml").read_text() + _KEEPING.format(after=after))
    guard = ClockGuard(vault=vault, clock=clock, ticks=clock.now)
    keeper = Keeper(vault=vault, clock=clock, guard=guard, settings=settings, folder=vault.folder, rest=lambda: None)
    # Tests call this in their own process too, where others count on the sizes.
    with mock.patch.multiple(retention, BATCH=_FEW, ARCHIVED_AT_ONCE=2 * _FEW):
        keeper.run(clock.now())


def _kept(after: str) -> Callable[[Path, SecretBytes], None]:
    def act(folder: Path, passphrase: SecretBytes) -> None:
        with closing(open_vault(folder, passphrase)) as vault:
            keep(vault, after, now=SystemClock().now() + DAYS_ON)

    return act


def _migrate(folder: Path, passphrase: SecretBytes) -> None:
    with one_step_more():
        open_vault(folder, passphrase, alone=SystemClock()).close()


ACTS: dict[str, Callable[[Path, SecretBytes], None]] = {
    "keep": _kept("delete"),
    "archive": _kept("archive"),
    "migrate": _migrate,
}


if __name__ == "__main__":
    ACTS[sys.argv[1]](Path(sys.argv[2]), SecretBytes(Path(sys.argv[3]).read_text().strip().encode()))
