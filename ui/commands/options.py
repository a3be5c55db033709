"""Options that commands share, and what they stand for: which desk, which passphrase, which form of output."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar

import click
from platformdirs import user_data_path

from appliance.folders import desk_folder
from storage.errors import LockedError, NightdeskError
from storage.keys.secret import SecretBytes

Command = TypeVar("Command", bound=Callable[..., Any])
_LONGEST_PASSPHRASE_FILE = 4096


class UsageError(NightdeskError):
    """The command was used wrongly in a way that click cannot see."""

    code = "usage"
    exit_code = 2


def default_home() -> Path:
    """NIGHTDESK_HOME, else the platform's folder for user data."""
    named = os.environ.get("NIGHTDESK_HOME")
    return Path(named) if named else user_data_path("nightdesk", appauthor=False)


def elsewhere(home: Path) -> str:
    """What a command must be told to find this home; nothing where it looks there anyway."""
    return "" if home == default_home() else f" --home {quote(str(home))}"


def home_option(command: Command) -> Command:
    """--home and --desk."""
    command = click.option(
        "--desk", "desk_name", default=None, help="Which desk, where the home holds several.", metavar="NAME"
    )(command)
    return click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_home,
        show_default="NIGHTDESK_HOME, or the user data folder",
        help="Where the desks are kept.",
    )(command)


def passphrase_option(command: Command) -> Command:
    """--passphrase-file."""
    return click.option(
        "--passphrase-file",
        type=click.Path(dir_okay=False, path_type=Path),
        default=None,
        help="A file that holds the passphrase, or the recovery sheet. Without it, it is asked for.",
    )(command)


def json_option(command: Command) -> Command:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")(command)


def folder_of(home: Path, desk_name: str | None) -> Path:
    """The folder of the desk that is meant. Raises NoDeskError or WhichDeskError."""
    return desk_folder(home, desk_name)


def read_passphrase(file: Path | None) -> SecretBytes:
    """The passphrase from the file, or asked for on a terminal. Raises LockedError when there is neither."""
    if file is not None:
        return passphrase_in(file)
    if not sys.stdin.isatty():
        raise LockedError(
            "this takes a passphrase or the recovery sheet, and none was given", remedy="add --passphrase-file FILE"
        )
    return SecretBytes(str(click.prompt("Passphrase", hide_input=True, err=True)).encode())


def at_terminal() -> bool:
    """Whether a person sits in front of it: only then is anything asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def passphrase_in(file: Path) -> SecretBytes:
    """The passphrase in a file, without the line end. Raises UsageError."""
    try:
        content = file.read_bytes()
    except OSError:
        raise UsageError(f"the passphrase file {file} cannot be read", remedy="check the path and its rights") from None
    if len(content) > _LONGEST_PASSPHRASE_FILE:
        raise UsageError(f"the passphrase file {file} is too long", remedy="put the passphrase alone in it")
    return SecretBytes(content.rstrip(b"\r\n"))


def must_be_new(path: Path | None) -> None:
    """Asked before anything is done: a file can be written there, and over nothing. Raises UsageError."""
    if path is None:
        return
    if path.exists():
        raise UsageError(f"{path} exists already", remedy="name a new file")
    must_have_a_folder(path)


def must_have_a_folder(path: Path) -> None:
    """Asked before anything is done: what is to be written there has a folder. Raises UsageError."""
    folder = path.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise UsageError(f"nothing can be written into {folder}", remedy="name a folder that is there and yours")


def answer(as_json: bool, facts: Mapping[str, Any], text: str) -> None:
    """Print what was found, for a program or for a person."""
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else text)
