"""`nightdesk drill`: whether the newest backup would bring the desk back, tried in a folder that is thrown away."""

from pathlib import Path

import click

from appliance.access.sign_in import OWNER
from appliance.copies.backing_up import BackingUp
from appliance.copies.drilling import Drilling
from appliance.copies.epochs import Epochs
from appliance.copies.places import places_of
from appliance.folders import SETTINGS_FILE
from appliance.gateways.clock import SystemClock
from appliance.opening.store import open_vault
from appliance.settings.read import read_settings
from storage.copies.place import FolderPlace, Place
from ui.commands.options import (
    UsageError,
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
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="The folder to try. Without it, each folder of the settings is tried.",
)
@home_option
@passphrase_option
@json_option
@click.pass_context
def drill(
    ctx: click.Context,
    place: Path | None,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Try whether the newest backup brings the desk back: into a folder that is thrown away, with every check.

    How much work would have been lost and how long it took is put on record and on the log. It opens the backup with
    the keys of the running desk; whether your recovery sheet is where you think it is, and readable, only you can try.
    Works beside a running desk. Exit 5 where a backup does not bring it back.
    """
    folder = folder_of(home, desk_name)
    places = _places(folder, place)
    vault = open_vault(folder, read_passphrase(passphrase_file))
    try:
        clock = SystemClock()
        drilling = Drilling(vault, clock, BackingUp(vault, clock, lambda: places, Epochs(vault, clock)))
        done = [(one.title, drilling.at(one, actor=OWNER)) for one in places]
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
        ctx.exit(5)


def _places(folder: Path, named: Path | None) -> tuple[Place, ...]:
    if named is not None:
        return (FolderPlace(named.absolute()),)
    names = tuple(name for name in read_settings(folder / SETTINGS_FILE).backup.places if not name.startswith("s3://"))
    if not names:
        raise UsageError("no place for backups is named", remedy="add --from FOLDER, or name places in the settings")
    return places_of(names, _never)


def _never(name: str) -> Place:
    raise UsageError(f"{name} is tried by the running desk alone", remedy="use the page 'Backups'")


def _told(title: str, code: str, lost_ms: int, took_ms: int) -> str:
    if code:
        return f"{title}: it did NOT come back ({code}). Make a backup now, and have that disk checked."
    return f"{title}: it came back whole in {took_ms / 1000:.1f} s; {lost_ms // 60_000} minutes would have been lost."
