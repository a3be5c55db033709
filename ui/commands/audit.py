"""`nightdesk audit`: the log, for somebody who must be able to check it without us."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from appliance.access.sign_in import OWNER
from appliance.chores import LogCheck
from appliance.folders import SETTINGS_FILE, SPOOL_FOLDER
from appliance.gateways.clock import SystemClock
from appliance.gateways.keystore import OsKeystore
from appliance.keeping.logbook import LogBook
from appliance.keeping.mark_places import keystore_mark
from appliance.keeping.marks import Marks
from appliance.keeping.support import DeskFacts, kinds_of
from appliance.opening.store import open_vault
from appliance.settings.read import read_settings
from storage.audit import verify as verifier
from storage.audit.mark_file import MarkFile
from storage.errors import LogBehindError, MissingError
from storage.lasting import write_whole
from ui.commands.options import (
    UsageError,
    answer,
    folder_of,
    home_option,
    json_option,
    must_be_new,
    passphrase_option,
    read_passphrase,
)
from ui.control import ask
from ui.examination import examine

_AT_ONCE: Final = 256 * 1024


@click.group()
def audit() -> None:
    """The log, for somebody who must be able to check it without us."""


@audit.command()
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["evidence", "support"]),
    required=True,
    help="Evidence: every leaf, for whoever must check it. Support: states and codes under made-up names.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--to", "recipient", metavar="AGE_RECIPIENT", help="Whom a file for support is sealed to: age1…")
@click.option("--preview", is_flag=True, help="Show what support would get, and write nothing.")
@click.option("--yes", is_flag=True, help="Write the file for support without asking.")
@home_option
@passphrase_option
@json_option
def export(purpose: str, out: Path | None, **asked: Any) -> None:  # noqa: ANN401 - the shared options
    """Write the log to one file: for evidence with its signed checkpoints and a program that checks it, for support as
    states, counts and codes, sealed, and shown before it is written.

    Works beside a running desk. The export itself is in the log.
    """
    if out is None and not (purpose == "support" and asked["preview"]):
        raise UsageError("no file is named", remedy="add --out FILE")
    must_be_new(out)
    with _logbook(asked) as (folder, book):
        if purpose == "evidence" and out is not None:
            _export_evidence(book, out, as_json=asked["as_json"])
        else:
            _export_support(folder, book, out, asked)


@audit.command()
@home_option
@passphrase_option
@json_option
def checkpoint(**asked: Any) -> None:  # noqa: ANN401 - the shared options
    """Print the newest signed checkpoint, to be kept somewhere else. Works beside a running desk."""
    with _logbook(asked) as (_, book):
        shown = book.shown()
    if not shown.checkpoint:
        raise MissingError("nothing is signed yet", remedy="start the desk: it signs its log within the hour")
    facts = {"checkpoint": shown.checkpoint, "leaves": shown.signed, "at": shown.signed_at, "key": shown.key}
    answer(asked["as_json"], facts, shown.checkpoint.rstrip("\n"))


@audit.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
@passphrase_option
@json_option
def accept(yes: bool, **asked: Any) -> None:  # noqa: ANN401 - options
    """Let the desk go on although its log ends before what was signed last. What is missing stays missing.

    Restoring the newest backup is the better way. Works beside a running desk, which sends again at once.
    """
    if not yes:
        click.confirm("What is missing from the log stays missing. Go on with it as it is?", abort=True)
    done = ask(folder_of(asked["home"], asked["desk_name"]), {"do": "log-accept"})
    if done is not None:
        epoch = int(done["epoch"])
    else:
        with _logbook(asked) as (_, book):
            epoch = book.accept(OWNER)
    answer(asked["as_json"], {"epoch": epoch}, f"The desk goes on, as its life number {epoch}.")


@contextmanager
def _logbook(asked: dict[str, Any]) -> Iterator[tuple[Path, LogBook]]:
    folder = folder_of(asked["home"], asked["desk_name"])
    vault = open_vault(folder, read_passphrase(asked["passphrase_file"]))
    try:
        clock = SystemClock()
        marks = Marks(vault, clock, (MarkFile(folder / SPOOL_FOLDER), keystore_mark(OsKeystore(), vault.keys)))
        yield folder, LogBook(vault, clock, marks, LogCheck())
    finally:
        vault.close()


def _export_evidence(book: LogBook, out: Path, *, as_json: bool) -> None:
    file, made = book.evidence(OWNER)
    with file:
        _write(out, iter(partial(file.read, _AT_ONCE), b""))
    facts = {"out": str(out), "leaves": made.leaves, "key": made.key}
    told = f"{made.leaves} entries are in {out}.\nTell this key to whoever checks it, by another way:\n{made.key}"
    answer(as_json, facts, told)


def _export_support(folder: Path, book: LogBook, out: Path | None, asked: dict[str, Any]) -> None:
    if out is not None and not asked["preview"] and not asked["recipient"]:
        raise UsageError("it is not said whom the file is for", remedy="add --to with support's age recipient")
    with suppress(LogBehindError):
        book.marks.look()
    preview = book.preview_support(_facts(folder))
    if asked["preview"] or out is None:
        click.echo(preview.content, nl=False)
        return
    if not asked["yes"]:
        click.echo(preview.content, err=True)
        click.confirm("This is all that support gets. Write it?", abort=True, err=True)
    sealed = book.seal_support(OWNER, preview.id, asked["recipient"])
    _write(out, iter((sealed,)))
    answer(asked["as_json"], {"out": str(out), "bytes": len(sealed)}, f"Sealed to support: {out}")


def _facts(folder: Path) -> DeskFacts:
    findings = [(one.name, one.ok) for one in examine(folder)]
    kinds = kinds_of(read_settings(folder / SETTINGS_FILE))
    told = ask(folder, {"do": "status"})
    if told is None:
        return DeskFacts("not-running", (), kinds, (), findings)
    reasons = [one["code"] for one in told["reasons"]]
    return DeskFacts(told["state"], reasons, kinds, [(one["name"], one["ok"]) for one in told["parts"]], findings)


def _write(out: Path, content: Iterator[bytes]) -> None:
    write_whole(out, content, fresh=out.with_name(out.name + ".part"))


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
