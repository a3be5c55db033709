"""`nightdesk person erase`, `restore`, `deleted`: through the running core, or on the desk itself where none runs."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from appliance.keeping.erasing import UNDO_DAYS
from appliance.keeping.finding import unknown_person
from appliance.keeping.listing import Verdict, read_list
from ui.commands.options import (
    UsageError,
    answer,
    home_option,
    json_option,
    passphrase_option,
)
from ui.deleting_desk import Ask, asking

AT_ONCE: Final = 50
_SETTLED_WITHIN_S: Final = 60
_SENTENCES: Final = {
    Verdict.FOUND: "found",
    Verdict.WAITING: "deleted already, can still be undone",
    Verdict.NOT_FOUND: "nobody here with that number",
    Verdict.DOUBLED: "on the list already",
    Verdict.REFUSED: "no telephone number",
}


@click.command()
@click.argument("number", required=False)
@click.option("--undo-days", type=click.IntRange(0, UNDO_DAYS), default=0, help="Keep it for so long, to undo it.")
@click.option(
    "--csv", "csv_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A list of numbers."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--certificate-out",
    type=click.Path(path_type=Path),
    help="Where the certificate goes: a file; with --csv a folder.",
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@home_option
@passphrase_option
@json_option
def erase(
    number: str | None,
    undo_days: int,
    csv_file: Path | None,
    dry_run: bool,
    certificate_out: Path | None,
    yes: bool,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Delete everything about NUMBER, or about each number in a CSV file.

    Without --undo-days it is for good: their key is destroyed, and nothing that it sealed opens again, here or in any
    backup. With --undo-days 30 they are out of sight at once and can be brought back for 30 days. A wish for no more
    texts is kept, as a digest. Works beside a running desk.
    """
    if (number is None) == (csv_file is None):
        raise UsageError("say whom to delete", remedy="give one NUMBER, or --csv FILE")
    if certificate_out is not None and (undo_days or dry_run):
        raise UsageError("there is a certificate only for what is destroyed", remedy="leave --certificate-out away")
    rows = [(1, str(number))] if csv_file is None else read_list(_text(csv_file))
    with asking(home, desk_name, passphrase_file) as asks:
        listed = [line for part in _parts(rows) for line in asks({"do": "people-look-up", "rows": part})["lines"]]
        if csv_file is None and not listed[0]["people"]:
            raise unknown_person()
        if dry_run:
            answer(as_json, {"lines": listed, "would_erase": _found(listed)}, _told(listed))
            return
        if not yes:
            _confirm(listed, undo_days, is_list=csv_file is not None)
        erased: list[dict[str, Any]] = []
        for part in _parts(rows):
            erased += asks({"do": "people-erase", "rows": part, "undo_days": undo_days})["erasures"]
        certificates = [] if certificate_out is None else _certificates(asks, erased, certificate_out, csv_file)
    facts = {"lines": listed, "erasures": erased, "certificates": [str(path) for path in certificates]}
    answer(as_json, facts, _done(erased, undo_days, certificates))


@click.command()
@click.argument("number")
@home_option
@passphrase_option
@json_option
def restore(number: str, home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Bring back whoever has NUMBER and was deleted with days to undo."""
    with asking(home, desk_name, passphrase_file) as asks:
        done = asks({"do": "people-restore", "number": number})
    answer(as_json, done, "They are back, as they were.")


@click.command()
@home_option
@passphrase_option
@json_option
def deleted(home: Path, desk_name: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Every deletion that was asked for, and how far it is."""
    with asking(home, desk_name, passphrase_file) as asks:
        told = asks({"do": "people-deleted"})
    answer(as_json, told, "\n".join(_line(one) for one in told["erasures"]) or "Nobody was deleted.")


def _parts(rows: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _text(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")  # as spreadsheets on Windows write


def _found(listed: list[dict[str, Any]]) -> int:
    return sum(one["people"] for one in listed if one["found"] in {Verdict.FOUND, Verdict.WAITING})


def _told(listed: list[dict[str, Any]]) -> str:
    lines = [f"line {one['line']}: {_SENTENCES[Verdict(one['found'])]}" for one in listed]
    counts = Counter(one["found"] for one in listed)
    total = ", ".join(f"{counts[verdict]} {_SENTENCES[verdict]}" for verdict in Verdict if counts[verdict])
    return "\n".join([*lines, total or "The list is empty.", "Nothing was changed."])


def _confirm(listed: list[dict[str, Any]], undo_days: int, *, is_list: bool) -> None:
    whom = f"{_found(listed)} people of {len(listed)} lines" if is_list else "everything about this person"
    how = f"It can be undone for {undo_days} days." if undo_days else "This is for good: nobody can bring it back."
    click.confirm(f"Delete {whom}? {how}", abort=True, err=True)


def _certificates(asks: Ask, erased: list[dict[str, Any]], out: Path, csv_file: Path | None) -> list[Path]:
    paths = []
    for one in erased:
        path = out if csv_file is None and len(erased) == 1 else out / f"certificate-{one['person']}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _settled_certificate(asks, one["id"])
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        paths.append(path)
    return paths


def _settled_certificate(asks: Ask, erasure: str) -> str:
    end = time.monotonic() + _SETTLED_WITHIN_S
    while True:
        told = asks({"do": "people-certificate", "erasure": erasure})
        if told["settled"] or time.monotonic() >= end:
            return str(told["text"])
        time.sleep(1)


def _done(erased: list[dict[str, Any]], undo_days: int, certificates: list[Path]) -> str:
    who = "1 person is" if len(erased) == 1 else f"{len(erased)} people are"
    if undo_days:
        return f"{who} out of sight. It can be undone for {undo_days} days: nightdesk person restore NUMBER"
    written = f" The certificate is in {certificates[0]}." if len(certificates) == 1 else ""
    if len(certificates) > 1:
        written = f" The certificates are in {certificates[0].parent}."
    return f"{who} deleted for good.{written}"


def _line(one: dict[str, Any]) -> str:
    if one["undone_at"]:
        state = f"undone {_day(one['undone_at'])}"
    elif one["erased_at"]:
        state = f"deleted for good {_day(one['erased_at'])}"
    else:
        state = f"can be undone until {_day(one['due_at'])}"
    return f"{one['person']}  asked {_day(one['asked_at'])}, {state}"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
