"""`nightdesk undo-upgrade`: the desk's files as they were before a new release changed them."""

from pathlib import Path

import click

from appliance.opening.store import undo_upgrade as put_back
from ui.commands.options import (
    UsageError,
    answer,
    folder_of,
    home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)
from ui.only_core import only_core


@click.command(name="undo-upgrade")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
@passphrase_option
@json_option
def undo_upgrade(yes: bool, home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Put the desk's files back as they were before the last upgrade, for the release of before.

    Only with the desk stopped. What was done since is undone; texts that came since are read in again. Then install the
    release of before and start it: this one would upgrade the files again.
    """
    folder = folder_of(home, desk_name)
    if not yes and not click.confirm("What was done since the upgrade is undone. Go back?", err=True):
        raise UsageError("nothing was changed")
    with only_core(folder):
        files = put_back(folder, read_passphrase(passphrase_file))
    told = "The desk is as it was before the upgrade. Install the release of before, then start it."
    answer(as_json, {"put_back": list(files)}, told)
