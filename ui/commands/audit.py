"""`nightdesk audit`: the log, for somebody who must be able to check it without us."""

import os
from pathlib import Path
from typing import Any

import click

from appliance.access.sign_in import OWNER
from appliance.gateways.clock import SystemClock
from appliance.opening import open_vault
from storage.audit import verify as verifier
from storage.audit.bundle import export_evidence
from ui.commands.options import (
    UsageError,
    answer,
    folder_of,
    home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)


@click.group()
def audit() -> None:
    """The log, for somebody who must be able to check it without us."""


@audit.command()
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["evidence"]),
    required=True,
    help="Evidence: every leaf, no names and no words. (A bundle for support comes later.)",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@home_option
@passphrase_option
@json_option
def export(purpose: str, out: Path, **asked: Any) -> None:  # noqa: ANN401, ARG001 - the shared options
    """Write the whole log to one file, with its signed checkpoints and a program that checks it.

    Works beside a running desk. The export itself is in the log.
    """
    if out.exists():
        raise UsageError(f"{out} exists already", remedy="name a new file")
    vault = open_vault(folder_of(asked["home"], asked["desk_name"]), read_passphrase(asked["passphrase_file"]))
    keys, fresh = vault.keys, out.with_name(out.name + ".part")
    try:
        with vault.reading() as tx, os.fdopen(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            done = export_evidence(
                tx.audit,
                keys.signer(),
                file,
                actor=OWNER,
                now=SystemClock().now(),
                older_keys=keys.audit_public_keys(),
            )
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
        vault.close()
    facts = {"out": str(out), "leaves": done.leaves, "key": done.key}
    told = f"{done.leaves} entries are in {out}.\nTell this key to whoever checks it, by another way:\n{done.key}"
    answer(asked["as_json"], facts, told)


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--key", required=True, help="The desk's public key, had from the desk and not from the file.")
@click.option("--checkpoint", multiple=True, metavar="FILE", help="Checkpoints kept elsewhere, such as in a mailbox.")
@json_option
@click.pass_context
def verify(ctx: click.Context, file: str, key: str, checkpoint: tuple[str, ...], as_json: bool) -> None:
    """Check an exported log. Needs no desk; the same program is in the file itself. Exit 6 when it is not proven."""
    words = [file, "--key", key, *(word for one in checkpoint for word in ("--checkpoint", one))]
    ctx.exit(verifier.main([*words, "--json"] if as_json else words))
