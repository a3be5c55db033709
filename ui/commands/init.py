"""`nightdesk init`: makes a desk without questions."""

from pathlib import Path

import click

from appliance.founding import Founded, found_desk, note_sheet_tested
from appliance.gateways.clock import SystemClock
from appliance.keyholding.printed import as_html, as_text
from appliance.settings.read import read_settings
from appliance.settings.values import CarrierKind
from ui.commands.options import answer, at_terminal, default_home, elsewhere, json_option, must_be_new, passphrase_in
from ui.commands.sheets import groups_come_back, write_sheet


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
    help="Where the recovery sheet is written (.html: a page to print). Without it, it is shown here, once.",
)
@click.option("--yes", is_flag=True, help="Ask nothing, on a terminal either.")
@json_option
def init(
    home: Path, settings_file: Path, passphrase_file: Path, recovery_out: Path | None, yes: bool, as_json: bool
) -> None:
    """Make a desk from a settings file, without questions.

    The recovery sheet opens the desk when the passphrase is lost. It is shown once and kept nowhere: print it.
    Where it is shown on a terminal, two of its groups are asked back; Enter passes that over.
    With unattended = "approved" (the default) this also approves the starting answers in the owner's name.
    """
    must_be_new(recovery_out)
    settings = read_settings(settings_file)
    founded = found_desk(home, settings=settings, passphrase=passphrase_in(passphrase_file), clock=SystemClock())
    if recovery_out is not None:
        write_sheet(recovery_out, text=as_text(founded.sheet), page=as_html(founded.sheet))
    facts = {
        "desk": founded.desk,
        "folder": str(founded.folder),
        "hooks": founded.hooks,
        "answers": founded.answers,
        "recovery_sheet": None if recovery_out is None else str(recovery_out),
    }
    answer(as_json, facts, _told(founded, recovery_out, home, settings.carrier.kind))
    if as_json and recovery_out is None:
        # Standard error, so that a program that reads the JSON does not swallow the only copy.
        click.echo(founded.sheet.text(), err=True)
    elif recovery_out is None and at_terminal() and not yes and groups_come_back(founded.sheet.groups):
        note_sheet_tested(founded, clock=SystemClock())


def _told(founded: Founded, recovery_out: Path | None, home: Path, carrier: CarrierKind) -> str:
    shown = as_text(founded.sheet, on_paper=False)
    sheet = f"The recovery sheet is in {recovery_out}. Print it and delete the file." if recovery_out else shown
    hooks = f"Tell the carrier these addresses: {founded.hooks['sms']} and {founded.hooks['status']}"
    if carrier is CarrierKind.TEST_PHONE:
        hooks = f'Its phone is built in. Try: nightdesk text{elsewhere(home)} --from +15125550123 "are you open?"'
    return "\n".join(
        (
            f"The desk {founded.desk} is in {founded.folder}.",
            hooks,
            f"{founded.answers} starting answers were put in; read and change them on the page 'Approved answers'.",
            "",
            sheet,
            "",
            f"Start it with: nightdesk serve{elsewhere(home)}",
        )
    )
