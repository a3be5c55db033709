"""`nightdesk drill`: whether the newest backup would bring the desk back, tried in a folder that is thrown away."""

from pathlib import Path

import click

from appliance.access.sign_in import OWNER
from appliance.copies.told import NOT_TRIED, why_not
from appliance.folders import SETTINGS_FILE
from appliance.gateways.clock import SystemClock
from appliance.opening.outside import copies_beside
from appliance.opening.store import open_vault
from appliance.settings.read import read_settings
from ui.commands.far_place import place_here
from ui.commands.options import (
    answer,
    folder_of,
    home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)


@click.command()
@click.option(
    "--from",
    "place",
    default=None,
    help="The folder to try, or one place of the settings. Without it, each of them is tried.",
    metavar="PLACE",
)
@home_option
@passphrase_option
@json_option
@click.pass_context
def drill(
    ctx: click.Context,
    place: str | None,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Try whether the newest backup brings the desk back: into a folder that is thrown away, with every check.

    How much work would have been lost and how long it took is put on record and on the log. It opens the backup with
    the keys of the running desk; whether your recovery sheet is where you think it is, and readable, only you can try.
    Works beside a running desk. Exit 5 where a backup does not bring it back,
    1 where a place could not be asked.
    """
    folder = folder_of(home, desk_name)
    vault = open_vault(folder, read_passphrase(passphrase_file))
    try:
        copies = copies_beside(read_settings(folder / SETTINGS_FILE), vault, SystemClock())
        places = copies.named() if place is None else (place_here(place, copies),)
        done = [(one.title, copies.drilling.at(one, actor=OWNER)) for one in places]
    finally:
        vault.close()
    facts = {
        "ok": all(not one.code for _, one in done),
        "drills": [
            {
                "place": title,
                "ok": not one.code,
                "code": one.code,
                "lost_seconds": one.lost_ms / 1000,
                "took_seconds": one.took_ms / 1000,
                "messages": one.messages,
            }
            for title, one in done
        ],
    }
    answer(as_json, facts, "\n".join(_told(title, one.code, one.lost_ms, one.took_ms) for title, one in done))
    if not facts["ok"]:
        # A stick that is not plugged in says nothing of what is on it.
        ctx.exit(5 if {one.code for _, one in done} - NOT_TRIED - {""} else 1)


def _told(title: str, code: str, lost_ms: int, took_ms: int) -> str:
    if code:
        return f"{title}: {' '.join(why_not(code))}"
    return f"{title}: it came back whole in {took_ms / 1000:.1f} s; {lost_ms // 60_000} minutes would have been lost."
