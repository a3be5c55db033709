"""`nightdesk keys`: the keys of a desk, how old they are, and the ways to unlock it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from appliance.gateways.clock import SystemClock
from storage.keys.keyring import public_facts
from ui.commands.keys_rotate import rotate
from ui.commands.keys_slots import slots
from ui.commands.keys_told import told, with_ages
from ui.commands.options import answer, folder_of, home_option, json_option, passphrase_in, passphrase_option
from ui.control import AskedError


@click.group()
def keys() -> None:
    """The keys of a desk: list them, change them, and the ways to unlock it."""


keys.add_command(slots)
keys.add_command(rotate)


@keys.command("list")
@home_option
@passphrase_option
@json_option
def list_(home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Every key with its age, use, generation and state; every way to unlock; every credential by its last four.

    Beside an open desk, or with --passphrase-file, all of it; else without the credentials. No secret is shown.
    """
    facts = with_ages(_facts(folder_of(home, desk_name), passphrase_file), SystemClock().now())
    answer(as_json, facts, told(facts))


@keys.command("accept-older")
@home_option
@passphrase_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def accept_older(home: Path, desk_name: str | None, passphrase_file: Path | None, yes: bool) -> None:
    """Take an older keyring for the newest, where the newest is lost. The desk must be stopped.

    A way to unlock that was taken away since may open the desk again: look at the list, and remove it.
    """
    from ui.commands.options import read_passphrase
    from ui.key_acts import accept_older_keyring

    folder = folder_of(home, desk_name)
    if not yes:
        click.confirm("Use this older keyring from now on?", abort=True, err=True)
    accept_older_keyring(folder, read_passphrase(passphrase_file))
    click.echo("The older keyring is the desk's keyring now. Look at: nightdesk keys list")


def _facts(folder: Path, passphrase_file: Path | None) -> dict[str, Any]:
    """What an open desk tells; of a locked one what anybody with the folder could read."""
    from ui.control import ask
    from ui.key_acts import ask_keys, by_words

    request = {"do": "keys"}
    try:
        if passphrase_file is not None:
            shown = ask_keys(folder, request, by_words(folder, passphrase_in(passphrase_file)))
        else:
            shown = ask(folder, request) or _public(folder)
    except AskedError as error:
        if error.code != "locked":
            raise
        shown = _public(folder)
    return {"desk": folder.name, **shown}


def _public(folder: Path) -> Mapping[str, Any]:
    from appliance.keyholding.listing import key_rows, slot_rows

    ring = public_facts(folder, desk=folder.name)
    keys, slots = key_rows(ring.keys), slot_rows(ring.slots)
    return {
        "keys": [asdict(one) for one in keys],
        "slots": [asdict(one) for one in slots],
        "credentials": None,
        "start": None,
    }
