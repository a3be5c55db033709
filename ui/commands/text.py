"""`nightdesk text`: a text through the built-in test phone."""

from pathlib import Path

import click

from ui.commands.options import answer, folder_of, home_option, json_option
from ui.control import ask
from ui.stopped import NotRunningError


@click.command()
@click.option("--from", "sender", required=True, metavar="NUMBER", help="The customer's number, such as +15125550123.")
@click.argument("body")
@home_option
@json_option
def text(sender: str, body: str, home: Path, desk_name: str | None, as_json: bool) -> None:
    """Send BODY as a customer would, through the built-in test phone, the door and its signature check.

    The desk must be running and its carrier must be "test-phone". The answer is on the page 'Test phone'.
    """
    done = ask(folder_of(home, desk_name), {"do": "text", "from": sender, "body": body})
    if done is None:
        raise NotRunningError("the desk is not running, so no text can reach it", remedy="start it: nightdesk serve")
    answer(as_json, done, f"The door took it as {done['id']}.")
