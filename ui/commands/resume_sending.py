"""`nightdesk resume-sending`: after a restore, the owner says that the old machine is off."""

from pathlib import Path

import click

from appliance.access.sign_in import OWNER
from appliance.copies.epochs import resume
from appliance.gateways.clock import SystemClock
from appliance.opening.store import open_vault
from ui.commands.options import (
    UsageError,
    answer,
    folder_of,
    home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)


@click.command(name="resume-sending")
@home_option
@passphrase_option
@json_option
@click.option("--yes", is_flag=True, help="The old machine is off; do not ask.")
def resume_sending(home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool, yes: bool) -> None:
    """Send again after a restore, once the old machine is off. Works beside a running desk."""
    if not yes and not click.confirm("Is the old machine switched off, and will it stay off?", err=True):
        raise UsageError("nothing was changed", remedy="switch the old machine off first")
    vault = open_vault(folder_of(home, desk_name), read_passphrase(passphrase_file))
    try:
        was = resume(vault, SystemClock(), actor=OWNER)
    finally:
        vault.close()
    answer(as_json, {"resumed": was}, "It sends again." if was else "Sending was not paused.")
