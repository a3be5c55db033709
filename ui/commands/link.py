"""`nightdesk link`: a one-time sign-in link for the owner."""

from pathlib import Path

import click

from ui.commands.options import answer, folder_of, home_option, json_option
from ui.control import ask
from ui.stopped import NotRunningError


@click.command()
@home_option
@json_option
def link(home: Path, desk_name: str | None, as_json: bool) -> None:
    """Print a sign-in link for the owner. It works once, within ten minutes, in a browser on this machine.

    The desk must be running: the link is made by it, and whoever runs this command is known by their account.
    """
    done = ask(folder_of(home, desk_name), {"do": "link"})
    if done is None:
        raise NotRunningError("the desk is not running, so nobody could sign in", remedy="start it: nightdesk serve")
    answer(as_json, done, str(done["link"]))
