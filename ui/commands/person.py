"""`nightdesk person`: everything about one person."""

from pathlib import Path

import click

from appliance.gateways.clock import SystemClock
from appliance.keeping.export import export_person
from appliance.opening.store import open_vault
from ui.commands.options import (
    answer,
    folder_of,
    home_option,
    json_option,
    must_be_new,
    passphrase_option,
    read_passphrase,
)
from ui.commands.person_deleting import deleted, erase, restore


@click.group()
def person() -> None:
    """Everything about one person."""


@person.command()
@click.argument("number")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The zip file to write.")
@home_option
@passphrase_option
@json_option
def export(
    number: str,
    out: Path,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Write all that the desk has about NUMBER to one zip: person.json and a readable page.

    Works beside a running desk. The zip is not encrypted: it is meant for that person. The export is in the log.
    """
    must_be_new(out)
    vault = open_vault(folder_of(home, desk_name), read_passphrase(passphrase_file))
    try:
        exported = export_person(number, vault=vault, out=out, at=SystemClock().now())
    finally:
        vault.close()
    facts = {"out": str(out), "messages": exported.messages, "in_archive": exported.in_archive}
    told = "1 message is" if exported.messages == 1 else f"{exported.messages:,} messages are"
    told = f"{told} in {out}. It is not encrypted: give it to them alone."
    if exported.in_archive:
        told += (
            f"\nOf {exported.in_archive:,} the words lie in the archive and are not in it. For those too ask "
            "(nightdesk archive ask), approve, and export again."
        )
    answer(as_json, facts, told)


for command in (erase, restore, deleted):
    person.add_command(command)
