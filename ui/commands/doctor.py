"""`nightdesk doctor`: what is wrong, and what to do about it."""

import dataclasses
import json
from pathlib import Path

import click

from ui.commands.options import folder_of, home_option, json_option
from ui.examination import examine

SOMETHING_WRONG = 1


@click.command()
@home_option
@json_option
@click.pass_context
def doctor(ctx: click.Context, home: Path, desk_name: str | None, as_json: bool) -> None:
    """Look at the desk from outside: settings, files and their rights, keyring, disk, clock, door, core.

    Needs no passphrase and opens nothing. Exit 1 when something is wrong. `verify` looks inside.
    """
    findings = examine(folder_of(home, desk_name))
    if as_json:
        facts = {"ok": all(one.ok for one in findings), "checks": [dataclasses.asdict(one) for one in findings]}
        click.echo(json.dumps(facts))
    else:
        for one in findings:
            click.echo(f"{'ok ' if one.ok else 'BAD'} {one.name}: {one.detail}")
            if one.remedy:
                click.echo(f"    what to do: {one.remedy}")
    if not all(one.ok for one in findings):
        ctx.exit(SOMETHING_WRONG)
