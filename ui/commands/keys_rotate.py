"""`nightdesk keys rotate`: new keys in the place of the old ones, or a new secret of another service."""

import time
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

CREDENTIALS = ("carrier-token", "model-key", "mail-password", "s3-secret")


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
@click.option("--after-leak", is_flag=True, help="Somebody may have a key: seal everything anew, and leave nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate(
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
    credential: str | None,
    secret_file: Path | None,
    after_leak: bool,
    yes: bool,
) -> None:
    """Change every key of the desk. Everybody is signed out at once; texts are taken in all the while.

    Works beside a running desk, and prints a new sign-in link when it is done. Cut off, it goes on at the next start.
    Every key is changed so by itself once a year.

    With --after-leak everything is sealed anew as well, so that a stolen key opens nothing of what is here from then
    on. It opens what was stolen with it: change the passphrase too if that may be known (nightdesk keys slots change),
    and delete older backups when the next ones are made.

    With --credential and --file no key is changed: a new secret of another service is put into the vault, and a running
    desk uses it from the next call on. The carrier signs with the old token until you change it there: for at most an
    hour both are taken, and the old one is dropped as soon as a text came that was signed with the new one.
    """
    folder = folder_of(home, desk_name)
    if credential is None and secret_file is None:
        _all_keys(folder, passphrase_file, as_json=as_json, after_leak=after_leak, yes=yes)
        return
    if credential is None or secret_file is None:
        raise UsageError("which credential, and from which file?", remedy="add --credential NAME --file FILE")
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


def _all_keys(folder: Path, passphrase_file: Path | None, *, as_json: bool, after_leak: bool, yes: bool) -> None:
    from ui.rotating import rotate_keys

    if not yes:
        click.confirm("Change every key now? Everybody is signed out by it.", abort=True, err=True)
    began = time.monotonic()
    by_core = rotate_keys(folder, after_leak=after_leak, words=lambda: read_passphrase(passphrase_file), told=_progress)
    link = (ask(folder, {"do": "link"}) or {}).get("link", "") if by_core else ""
    facts = {"after_leak": after_leak, "seconds": round(time.monotonic() - began, 1), "link": link}
    told = f"Every key was changed in {facts['seconds']} seconds. Everybody was signed out."
    answer(as_json, facts, f"{told}\nSign in again, within ten minutes, with:\n{link}" if link else told)


def _progress(step: str, values: int) -> None:
    click.echo(f"  {step} {values:,}" if values else f"  {step}", err=True)
