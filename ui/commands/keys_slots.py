"""`nightdesk keys slots`: the ways to unlock a desk."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from storage.errors import LockedError
from storage.keys.secret import SecretBytes
from ui.commands.keys_told import slot_line
from ui.commands.options import (
    UsageError,
    answer,
    at_terminal,
    folder_of,
    home_option,
    json_option,
    must_be_new,
    passphrase_in,
    passphrase_option,
    read_passphrase,
)
from ui.commands.sheets import groups_come_back, write_sheet

KINDS: Final = ("passphrase", "recovery", "os")
_SHEET_LINES: Final = 4

new_option = click.option(
    "--new-passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="A file with the new passphrase. Without it the new one is asked for, twice.",
)


@click.group()
def slots() -> None:
    """The ways to unlock the desk: passphrase, recovery sheet, and the keystore of this account (os). Any one opens."""


@slots.command("list")
@home_option
@json_option
def list_(home: Path, desk_name: str | None, as_json: bool) -> None:
    """Each way to unlock, when it was made and last tested. Needs no passphrase."""
    from appliance.keyholding.listing import slot_rows
    from storage.keys.keyring import public_facts

    folder = folder_of(home, desk_name)
    found = [asdict(one) for one in slot_rows(public_facts(folder, desk=folder.name).slots)]
    answer(as_json, {"desk": folder.name, "slots": found}, "\n".join(slot_line(one) for one in found))


@slots.command()
@click.option("--kind", type=click.Choice(KINDS), required=True)
@new_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="For a recovery sheet: the file to write (.html for a page to print). Without it, it is shown here, once.",
)
@home_option
@passphrase_option
@json_option
def add(kind: str, new_passphrase_file: Path | None, out: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Add a way to unlock. Asks for a passphrase or recovery sheet that opens the desk now.

    A new sheet is kept nowhere but where it is shown. An os slot lets this account open the desk without typing.
    """
    must_be_new(out)
    folder, proof = _desk_and_proof(asked)
    request = {"do": "slot-add", "kind": kind, "proof": _text(proof)}
    if kind == "passphrase":
        request["new"] = _text(_new_passphrase(new_passphrase_file))
    done = _asked(folder, request, proof)
    if kind == "recovery":
        _hand_over_sheet(folder, done, out, as_json=asked["as_json"])
    facts = {"slot": done["slot"], "kind": kind, "recovery_sheet": None if out is None else str(out)}
    answer(asked["as_json"], facts, f"Added: {kind} {done['slot'][:8]}.{_hint(kind, out)}")


@slots.command()
@new_option
@home_option
@passphrase_option
@json_option
def change(new_passphrase_file: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Change a passphrase: the new one is added, then the old one, given by --passphrase-file or typed, is removed."""
    folder, proof = _desk_and_proof(asked)
    request = {"do": "slot-change", "proof": _text(proof), "new": _text(_new_passphrase(new_passphrase_file))}
    done = _asked(folder, request, proof)
    told = "The new passphrase opens the desk, the old one does not. Old copies of the folder still open by it."
    answer(asked["as_json"], {"slot": done["slot"], "kind": "passphrase"}, told)


@slots.command()
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option(
    "--sheet-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="For a recovery sheet: a file with its groups. Without it they are asked for.",
)
@home_option
@passphrase_option
@json_option
def test(kind: str, sheet_file: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Show that a way to unlock still opens the desk; the date is kept."""
    from ui.key_acts import ask_keys, by_keystore

    folder = folder_of(asked["home"], asked["desk_name"])
    if kind == "os":
        done = ask_keys(folder, {"do": "slot-test", "kind": "os"}, by_keystore(folder))
    else:
        words = _sheet(sheet_file) if kind == "recovery" else read_passphrase(asked["passphrase_file"])
        done = _asked(folder, {"do": "slot-test", "kind": kind, "proof": _text(words)}, words)
    if done["kind"] != kind:
        raise UsageError(f"that opens the desk, but it is a {done['kind']}, not a {kind}", remedy="test the other kind")
    answer(asked["as_json"], done, f"It opens: {kind} {done['slot'][:8]}.")


@slots.command()
@click.argument("slot")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
@passphrase_option
@json_option
def remove(slot: str, yes: bool, **asked: Any) -> None:  # noqa: ANN401
    """Take a way to unlock away for good. SLOT is its id from the list, or how the id begins.

    The root key is made anew, in both copies of the keyring. The last way to unlock cannot go. Old copies of the
    folder still open with it: after a leak, rotate all keys.
    """
    folder, proof = _desk_and_proof(asked)
    if not yes:
        click.confirm("It will never open this desk again. Remove it?", abort=True, err=True)
    done = _asked(folder, {"do": "slot-remove", "slot": slot, "proof": _text(proof)}, proof)
    answer(asked["as_json"], done, f"Removed: {done['kind']} {done['slot'][:8]}. It opens nothing any more.")


def _desk_and_proof(asked: Mapping[str, Any]) -> tuple[Path, SecretBytes]:
    return folder_of(asked["home"], asked["desk_name"]), read_passphrase(asked["passphrase_file"])


def _asked(folder: Path, request: Mapping[str, Any], words: SecretBytes) -> Mapping[str, Any]:
    from ui.key_acts import ask_keys, by_words

    return ask_keys(folder, request, by_words(folder, words))


def _text(words: SecretBytes) -> str:
    return words.reveal().decode("utf-8", "replace")


def _new_passphrase(file: Path | None) -> SecretBytes:
    if file is not None:
        return passphrase_in(file)
    if not at_terminal():
        raise UsageError("no new passphrase was given", remedy="add --new-passphrase-file FILE")
    typed = click.prompt("New passphrase, 15 characters or more", hide_input=True, confirmation_prompt=True, err=True)
    return SecretBytes(str(typed).encode())


def _sheet(file: Path | None) -> SecretBytes:
    if file is not None:
        return passphrase_in(file)
    if not at_terminal():
        raise LockedError("no recovery sheet was given", remedy="add --sheet-file FILE")
    lines = [str(click.prompt(f"Line {number} of the sheet", err=True)) for number in range(1, _SHEET_LINES + 1)]
    return SecretBytes(" ".join(lines).encode())


def _hand_over_sheet(folder: Path, done: Mapping[str, Any], out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        write_sheet(out, text=done["sheet"], page=done["page"])
        return
    # Standard error under --json, so that a program that reads the answer does not swallow the only copy.
    click.echo(done["shown"], err=as_json)
    if at_terminal() and not as_json and groups_come_back(done["groups"]):
        words = SecretBytes(" ".join(done["groups"]).encode())
        _asked(folder, {"do": "slot-test", "kind": "recovery", "proof": _text(words)}, words)


def _hint(kind: str, out: Path | None) -> str:
    if kind == "recovery" and out is not None:
        return f" The sheet is in {out}: print it and delete the file."
    if kind == "os":
        return " Whether the desk opens itself at the start, says: nightdesk doctor"
    return ""
