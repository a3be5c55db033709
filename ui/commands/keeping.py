"""`nightdesk keeping`: how long things are kept, and a person's word where it is asked for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from appliance.access.sign_in import OWNER
from appliance.folders import SETTINGS_FILE
from appliance.gateways.clock import SystemClock, machine_ticks
from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.retention import Keeper
from appliance.opening.store import open_vault
from appliance.settings.read import read_settings
from ui.commands.options import (
    answer,
    folder_of,
    home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)
from ui.control import ask
from ui.keeping_told import keeping_acts

_DONE: Final = {
    "accept": "The times of the settings hold from now on.",
    "clock": "The clock is taken as right from now on.",
}


@click.command()
@click.option("--accept-shorter", is_flag=True, help="Keep to shorter times of the settings now, not in three days.")
@click.option("--clock-is-right", is_flag=True, help="You looked at the clock of this machine, and it is right.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
@passphrase_option
@json_option
def keeping(
    accept_shorter: bool,
    clock_is_right: bool,
    yes: bool,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say how long each kind of thing is kept, how old the oldest is, and what the next run will take away.

    Looks only, unless one of the first two options is given. Works beside a running desk, and without one.
    """
    acts = [name for name, wanted in (("accept", accept_shorter), ("clock", clock_is_right)) if wanted]
    if acts and not yes:
        click.confirm("What the next run takes away cannot be brought back. Go on?", abort=True, err=True)
    folder = folder_of(home, desk_name)
    told = ask(folder, {"do": "keeping", "acts": acts})
    facts = told if told is not None else _alone(folder, acts, passphrase_file)
    answer(as_json, facts, "\n".join([*(_DONE[act] for act in acts), _said(facts)]))


def _alone(folder: Path, acts: list[str], passphrase_file: Path | None) -> Mapping[str, Any]:
    vault, clock = open_vault(folder, read_passphrase(passphrase_file)), SystemClock()
    try:
        guard = ClockGuard(vault=vault, clock=clock, ticks=machine_ticks)
        settings = read_settings(folder / SETTINGS_FILE)
        keeper = Keeper(vault=vault, clock=clock, guard=guard, settings=settings, folder=folder)
        return keeping_acts(keeper, acts, by=OWNER)
    finally:
        vault.close()


def _said(facts: Mapping[str, Any]) -> str:
    lines = [f"{'':<60} {'kept':<36} {'oldest':<11} next run"]
    for row in facts["rows"]:
        going = "" if row["next_run_removes"] is None else f"{row['next_run_removes']:,}"
        lines.append(f"{row['what']:<60} {row['limit']:<36} {_day(row['oldest_at']):<11} {going}")
    lines.append(f"last run: {_day(facts['last_run_at']) or 'none yet'}; next: {_day(facts['next_run_at'])}")
    if facts["clock_in_doubt"]:
        lines.append("! The clock is in doubt: nothing is taken away. Look at it; if it is right: --clock-is-right")
    if facts["shorter_times_wait_until"] is not None:
        until, going = _day(facts["shorter_times_wait_until"]), facts["shorter_times_remove"]
        lines.append(f"! Shorter times wait until {until}; they take away {going:,}. To accept: --accept-shorter")
    return "\n".join(lines)


def _day(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
