"""`nightdesk backup`: one backup now, to the folder that is named or to every place of the settings."""

from pathlib import Path

import click

from appliance.access.sign_in import OWNER
from appliance.copies.backing_up import Done, Failure
from appliance.copies.desk_copies import DeskCopies
from appliance.folders import SETTINGS_FILE
from appliance.gateways.clock import SystemClock
from appliance.opening.outside import copies_beside
from appliance.opening.store import open_vault
from appliance.settings.read import read_settings
from storage.copies.place import FolderPlace
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
    "--to",
    default=None,
    help="The folder it goes to, or one place of the settings. Without it, each of them gets one.",
    metavar="PLACE",
)
@home_option
@passphrase_option
@json_option
@click.pass_context
def backup(
    ctx: click.Context,
    to: str | None,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Back the desk up: to a second disk, a network share, a stick, or each place of the settings.

    Only what changed since the last backup there is written. It is read back, put together whole in a folder of its
    own, and every page of it is checked. Works beside a running desk. Nobody who gets hold of the place learns more
    than sizes and times; to bring the desk back takes the recovery sheet. Exit 1 where a place got none.
    """
    folder = folder_of(home, desk_name)
    vault = open_vault(folder, read_passphrase(passphrase_file))
    try:
        copies = copies_beside(read_settings(folder / SETTINGS_FILE), vault, SystemClock())
        made = _into(copies, to) if to is not None else _everywhere(copies)
    finally:
        vault.close()
    facts = [_facts(one) for one in made]
    # With --to there is one, and it stands alone.
    answer(as_json, facts[0] if to is not None else {"backups": facts}, "\n".join(_told(one) for one in made))
    if any(isinstance(one, Failure) for one in made):
        ctx.exit(1)


def _into(copies: DeskCopies, name: str) -> list[Done | Failure]:
    place = place_here(name, copies)
    # A place of the settings is never made: it could be the empty spot of a stick that was pulled out.
    if place not in copies.places and isinstance(place, FolderPlace) and place.make():
        click.echo(
            f"There was no folder {place.title}: it was made. Does a stick or a network drive belong there?", err=True
        )
    return [copies.backing_up.at(place, actor=OWNER)]


def _everywhere(copies: DeskCopies) -> list[Done | Failure]:
    copies.named()
    return copies.backing_up.everywhere(actor=OWNER, whole=True)


def _facts(one: Done | Failure) -> dict[str, object]:
    if isinstance(one, Failure):
        return {"to": one.place, "code": one.error.code}
    written = one.written
    return {
        "to": one.place,
        "code": "",
        "set": written.manifest.name,
        "whole": written.base,
        "pages": written.pages,
        "bytes": written.sent,
        "checked": one.whole,
    }


def _told(one: Done | Failure) -> str:
    if isinstance(one, Failure):
        return f"{one.place}: {one.error.sentence} ({one.error.code}). {one.error.remedy}".rstrip()
    kind = "Everything was copied" if one.written.base else "What changed was copied"
    return f"{kind} to {one.place}: {one.written.sent:,} bytes. It was read back, put together and checked."
