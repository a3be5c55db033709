"""`nightdesk verify`: checks database, spool, keyring and log."""

import dataclasses
import json
from pathlib import Path

import click

from appliance.gateways.keystore import OsKeystore
from appliance.keeping.mark_places import keystore_mark
from storage.check import check_desk
from ui.commands.options import folder_of, home_option, json_option, passphrase_option, read_passphrase

DAMAGED = 5


@click.command()
@home_option
@passphrase_option
@json_option
@click.option("--full", is_flag=True, help="Open every sealed value, not a sample.")
@click.pass_context
def verify(
    ctx: click.Context,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
    full: bool,
) -> None:
    """Check that database, person keys, spool, keyring and log are whole. Works beside a running desk.

    Exit 0 when all is well, 4 for a wrong passphrase, 5 when something is damaged.
    """
    report = check_desk(
        folder_of(home, desk_name),
        read_passphrase(passphrase_file),
        full=full,
        marks=lambda keys: (keystore_mark(OsKeystore(), keys),),
    )
    if as_json:
        facts = {
            "ok": report.ok,
            "checks": [dataclasses.asdict(check) for check in report.checks],
            "counts": dataclasses.asdict(report.counts),
        }
        click.echo(json.dumps(facts))
    else:
        for check in report.checks:
            click.echo(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.detail}")
    if not report.ok:
        ctx.exit(DAMAGED)
