"""`nightdesk archive`: old texts in sealed files; asking for them, saying yes, reading them for some hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from appliance.access.sign_in import OWNER
from appliance.gateways.clock import SystemClock
from appliance.keeping.archive import ArchiveDesk
from appliance.keeping.finding import people_with
from appliance.opening.store import open_vault
from ui.commands.options import answer, folder_of, home_option, json_option, passphrase_option, read_passphrase


@click.group()
def archive() -> None:
    """Old texts in sealed files. They open only on a request with a reason that somebody approved, for eight hours."""


@archive.command(name="list")
@home_option
@passphrase_option
@json_option
def list_requests(home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Say how much is archived, and where each request stands. The list itself is an entry in the log."""
    with _archive(home, desk_name, passphrase_file) as desk:
        seen = desk.shown(OWNER)
    rows = [
        {"id": row.request_id, "state": row.state.value, "asked_at": row.asked_at, "opens_until": row.opens_until}
        for row in seen.rows
    ]
    lines = [
        f"old texts: {seen.texts:,}; sealed files: {seen.files:,}",
        *(f"{row['id']}  {row['state']}" for row in rows),
    ]
    answer(as_json, {"files": seen.files, "texts": seen.texts, "requests": rows}, "\n".join(lines))


@archive.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why these words are needed. It is kept, sealed.")
@home_option
@passphrase_option
@json_option
def ask(
    number: str, reason: str, home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """Ask to read the archived texts of NUMBER. Opens nothing."""
    with _archive(home, desk_name, passphrase_file) as desk:
        with desk.vault.look() as tx:
            person = people_with(tx, desk.vault, number)[0]
        request = desk.ask(OWNER, person.id, reason)
    answer(as_json, {"id": request}, f"Asked: {request}. It opens nothing until it is approved.")


@archive.command()
@click.argument("request")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
@passphrase_option
@json_option
def approve(
    request: str, yes: bool, home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """Say yes to REQUEST: for eight hours its words can be read."""
    if not yes:
        click.confirm("Let these old texts be read for eight hours?", abort=True, err=True)
    with _archive(home, desk_name, passphrase_file) as desk:
        desk.decide(OWNER, request, yes=True)
    answer(as_json, {"id": request, "state": "open"}, "Approved, for eight hours.")


@archive.command()
@click.argument("request")
@home_option
@passphrase_option
@json_option
def refuse(request: str, home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Say no to REQUEST, or close it before its time."""
    with _archive(home, desk_name, passphrase_file) as desk:
        if any(row.request_id == request and row.state.value == "open" for row in desk.shown(OWNER).rows):
            desk.shut(OWNER, request)
        else:
            desk.decide(OWNER, request, yes=False)
    answer(as_json, {"id": request, "state": "shut"}, "It opens nothing.")


@archive.command()
@click.argument("request")
@home_option
@passphrase_option
@json_option
def read(request: str, home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Show the words of an approved REQUEST, oldest first. Each look is an entry in the log."""
    with _archive(home, desk_name, passphrase_file) as desk:
        opened = desk.open(OWNER, request)
    texts = [{"at": one.at, "direction": "in" if one.incoming else "out", "body": one.body} for one in opened.texts]
    lines = [f"{_moment(one.at)} {'<' if one.incoming else '>'} {one.body}" for one in opened.texts]
    answer(as_json, {"texts": texts, "leaf": opened.leaf}, "\n".join(lines) or "Nothing of it is left.")


@contextmanager
def _archive(home: Path, desk_name: str | None, passphrase_file: Path | None) -> Iterator[ArchiveDesk]:
    folder = folder_of(home, desk_name)
    vault = open_vault(folder, read_passphrase(passphrase_file))
    try:
        yield ArchiveDesk(vault, SystemClock(), folder)
    finally:
        vault.close()


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M")
