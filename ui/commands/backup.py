"""`nightdesk backup`: one backup now, to the place that is named or to every place of the settings."""

from pathlib import Path

import click

from appliance.access.sign_in import OWNER
from appliance.copies.backing_up import BackingUp
from appliance.copies.epochs import Epochs
from appliance.gateways.clock import SystemClock
from appliance.opening.store import open_vault
from storage.copies.place import FolderPlace
from ui.commands.options import answer, folder_of, home_option, json_option, passphrase_option, read_passphrase


@click.command()
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder it goes to.")
@home_option
@passphrase_option
@json_option
def backup(to: Path, home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Back the desk up to a folder: a second disk, a network share, a stick.

    Only what changed since the last backup there is written. It is read back, put together whole in a folder of its
    own, and every page of it is checked. Works beside a running desk. Nobody who gets hold of the folder learns more
    than sizes and times; to bring the desk back takes the recovery sheet.
    """
    vault = open_vault(folder_of(home, desk_name), read_passphrase(passphrase_file))
    try:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        place, clock = FolderPlace(to.absolute()), SystemClock()
        done = BackingUp(vault, clock, lambda: (place,), Epochs(vault, clock)).at(place, actor=OWNER)
    finally:
        vault.close()
    written = done.written
    facts = {
        "to": str(to),
        "set": written.manifest.name,
        "whole": written.base,
        "pages": written.pages,
        "bytes": written.sent,
        "checked": done.whole,
    }
    kind = "Everything was copied" if written.base else "What changed was copied"
    answer(as_json, facts, f"{kind} to {to}: {written.sent:,} bytes. It was read back, put together and checked.")
