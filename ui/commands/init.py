"""`nightdesk init`: makes a desk without questions."""

import os
from pathlib import Path

import click

from appliance.founding import Founded, found_desk
from appliance.gateways.clock import SystemClock
from appliance.settings.read import read_settings
from ui.commands.options import UsageError, answer, default_home, json_option, passphrase_in


@click.command()
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_home,
    show_default="NIGHTDESK_HOME, or the user data folder",
    help="Where the desk's folder is made.",
)
@click.option(
    "--settings", "settings_file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The TOML file."
)
@click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A file that holds the passphrase: 15 characters or more.",
)
@click.option(
    "--recovery-out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Where the recovery sheet is written. Without it, it is printed here, once.",
)
@json_option
def init(home: Path, settings_file: Path, passphrase_file: Path, recovery_out: Path | None, as_json: bool) -> None:
    """Make a desk from a settings file, without questions.

    The recovery sheet opens the desk when the passphrase is lost. It is shown once and kept nowhere: print it.
    With unattended = "approved" (the default) this also approves the starting answers in the owner's name.
    """
    if recovery_out is not None and recovery_out.exists():
        raise UsageError(f"{recovery_out} exists already", remedy="name a new file for the recovery sheet")
    founded = found_desk(
        home, settings=read_settings(settings_file), passphrase=passphrase_in(passphrase_file), clock=SystemClock()
    )
    if recovery_out is not None:
        _write_sheet(recovery_out, founded.sheet)
    facts = {
        "desk": founded.desk,
        "folder": str(founded.folder),
        "hooks": founded.hooks,
        "answers": founded.answers,
        "recovery_sheet": None if recovery_out is None else str(recovery_out),
    }
    answer(as_json, facts, _told(founded, recovery_out))
    if as_json and recovery_out is None:
        # Standard error, so that a program that reads the JSON does not swallow the only copy.
        click.echo(founded.sheet, err=True)


def _write_sheet(path: Path, sheet: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(sheet)
        file.flush()
        os.fsync(file.fileno())


def _told(founded: Founded, recovery_out: Path | None) -> str:
    sheet = f"The recovery sheet is in {recovery_out}. Print it and delete the file." if recovery_out else founded.sheet
    return "\n".join(
        (
            f"The desk {founded.desk} is in {founded.folder}.",
            f"Tell the carrier these addresses: {founded.hooks['sms']} and {founded.hooks['status']}",
            f"{founded.answers} starting answers were put in; read and change them on the page 'Answers'.",
            "",
            sheet,
            "",
            "Start it with: nightdesk serve",
        )
    )
