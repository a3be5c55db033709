"""The place that a command names: a folder, or storage that speaks S3 with what is needed to ask it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from appliance.copies.desk_copies import DeskCopies
from appliance.copies.far_away import s3_place
from appliance.copies.places import S3_SCHEME
from appliance.destinations import amazon
from appliance.gateways.clock import SystemClock
from appliance.gateways.s3 import S3Account
from storage.copies.place import FolderPlace, Place
from ui.commands.options import UsageError, passphrase_in

Command = TypeVar("Command", bound=Callable[..., Any])


def s3_options(command: Command) -> Command:
    """--s3-endpoint, --s3-region, --s3-key-id, --s3-secret-file: as they stood in the settings of the lost machine."""
    for option in (
        click.option(
            "--s3-secret-file",
            type=click.Path(dir_okay=False, path_type=Path),
            default=None,
            help="A file with the secret of that key.",
        ),
        click.option("--s3-key-id", default="", help="The name of the key.", metavar="ID"),
        click.option("--s3-region", default="us-east-1", show_default=True, metavar="REGION"),
        click.option("--s3-endpoint", default="", help="Left out for Amazon.", metavar="URL"),
    ):
        command = option(command)
    return command


def place_here(name: str, copies: DeskCopies) -> Place:
    """A place of the settings, or any folder. Raises UsageError: nobody else has the key of other storage."""
    folder = Path(name).absolute()
    for place in copies.places:
        if place.title in {name, str(folder)}:
            return place
    if name.startswith(S3_SCHEME):
        raise UsageError(
            f"{name} is no place of the settings", remedy="put it under [backup] in the settings, with its key"
        )
    if folder.is_file():
        raise UsageError(f"{name} is a file", remedy="name a folder")
    return FolderPlace(folder)


def place_of(name: str, *, endpoint: str, region: str, key_id: str, secret_file: Path | None) -> Place:
    """Raises UsageError where something is missing for S3, EgressRefused where its address is none."""
    if not name.startswith(S3_SCHEME):
        return FolderPlace(Path(name).absolute())
    if not key_id or secret_file is None:
        raise UsageError(f"{name} needs a key", remedy="add --s3-key-id ID and --s3-secret-file FILE")
    if endpoint and not endpoint.startswith(("https://", "http://")):
        raise UsageError(f"{endpoint} is no address", remedy="begin it with https://")
    secret = passphrase_in(secret_file)
    account = S3Account(endpoint.rstrip("/") or amazon(region), region, key_id, lambda: secret)
    return s3_place(name, account, clock=SystemClock())
