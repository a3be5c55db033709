"""`nightdesk keys rotate`: a new secret in the place of an old one."""

from pathlib import Path

import click

from appliance.settings.read import read_secret
from appliance.settings.values import SecretFile
from ui.commands.options import (
    UsageError,
    answer,
    folder_of,
    home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)
from ui.control import ask

CREDENTIALS = ("carrier-token", "model-key", "mail-password")


@click.command()
@home_option
@passphrase_option
@json_option
@click.option("--credential", type=click.Choice(CREDENTIALS), default=None, help="Which secret of another service.")
@click.option(
    "--file",
    "secret_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="A file with the new secret alone in it. Delete it afterwards.",
)
def rotate(
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
    credential: str | None,
    secret_file: Path | None,
) -> None:
    """Put a new secret of another service into the vault; a running desk uses it from the next call on.

    The carrier signs with the old token until you change it there: for at most an hour both are taken, and the old
    one is dropped as soon as a text came that was signed with the new one.
    """
    if credential is None or secret_file is None:
        raise UsageError("which credential, and from which file?", remedy="add --credential NAME --file FILE")
    folder = folder_of(home, desk_name)
    new = read_secret(credential, SecretFile(secret_file)).decode("utf-8", "replace")
    request = {"do": "credential", "name": credential, "new": new}
    if ask(folder, request) is None:
        from ui.key_acts import ask_keys, by_words

        ask_keys(folder, request, by_words(folder, read_passphrase(passphrase_file)))
    answer(as_json, {"credential": credential}, _told(credential))


def _told(credential: str) -> str:
    if credential != "carrier-token":
        return f"The new {credential} is in the vault and in use. Delete the file, and end the old one at the service."
    return (
        "The new carrier-token is in the vault. For an hour texts signed with either token are taken.\n"
        "Now change it at the carrier, then send the desk a text: the old one is dropped when that text comes."
    )
