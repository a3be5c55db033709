"""`nightdesk restore`: a desk back on this machine, from a place with its backups and the recovery sheet."""

import json
from pathlib import Path

import click

from appliance.copies.restoring import Restored, restore_desk
from appliance.gateways.clock import SystemClock
from storage.audit.note import verifier_key
from ui.commands.far_place import place_of, s3_options
from ui.commands.options import UsageError, default_home, elsewhere, json_option

_LONGEST_SHEET = 16 * 1024


@click.command()
@click.option(
    "--from",
    "place",
    required=True,
    help="Where the backups went: a folder, or s3://bucket/beginning.",
    metavar="PLACE",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_home,
    show_default="NIGHTDESK_HOME, or the user data folder",
    help="Where the desk's folder is made. Never over one that is there.",
)
@click.option(
    "--recovery-file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A file with the text of the recovery sheet: its groups, or the whole of it.",
)
@click.option(
    "--spool",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="The old machine's spool folder, where its disk can still be read: texts since the backup are in it.",
)
@s3_options
@json_option
def restore(
    place: str,
    home: Path,
    recovery_file: Path,
    spool: Path | None,
    s3_endpoint: str,
    s3_region: str,
    s3_key_id: str,
    s3_secret_file: Path | None,
    as_json: bool,
) -> None:
    """Bring a desk back from its backups, with the recovery sheet. Asks nothing else.

    The newest whole backup is taken, every page of it checked. The desk then sends nothing until you say that the old
    machine is off (`nightdesk resume-sending`, or the page "Backups"). The passphrase is the one of the day of the
    backup; the sheet opens the desk too.
    """
    there = place_of(place, endpoint=s3_endpoint, region=s3_region, key_id=s3_key_id, secret_file=s3_secret_file)
    try:
        sheet = recovery_file.read_bytes()[:_LONGEST_SHEET].decode("utf-8", "replace")
    except OSError:
        raise UsageError(f"the recovery file {recovery_file} cannot be read", remedy="check the path") from None
    done = restore_desk(there, home, sheet, clock=SystemClock(), spool=spool)
    click.echo(json.dumps(_facts(done)) if as_json else _told(done))


def _facts(done: Restored) -> dict[str, object]:
    counts = done.report.counts
    return {
        "desk": done.desk,
        "folder": str(done.folder),
        "set": done.set_name,
        "lost_seconds": done.lost_ms // 1000,
        "took_seconds": done.took_ms / 1000,
        "epoch": done.epoch,
        "public_key": done.public_key,
        "key": _key(done),
        "erased_again": done.erased_again,
        "spool_files": done.letters,
        "passed_over": list(done.passed_over),
        "place_marked": not done.unmarked,
        "counts": {"messages_in": counts.messages_in, "messages_out": counts.messages_out, "leaves": counts.leaves},
    }


def _key(done: Restored) -> str:
    """As the program that checks the log takes it."""
    return verifier_key(done.desk, bytes.fromhex(done.public_key))


def _told(done: Restored) -> str:
    home = elsewhere(done.folder.parent)
    minutes, seconds = done.lost_ms // 60_000, done.took_ms / 1000
    lines = [
        f"The desk {done.desk} is back in {done.folder}. Messages in it: {done.report.counts.messages_in:,}.",
        f"It is as it was {minutes} min ago; every page was checked. That took {seconds:.0f} s.",
    ]
    lines += [f"A younger backup was passed over: {told}" for told in done.passed_over]
    if done.erased_again:
        lines.append(f"{done.erased_again} people who were deleted since then were deleted again.")
    if done.unmarked:
        lines.append(f"The old machine could not be told ({done.unmarked}); make sure that it is off.")
    lines += [
        "",
        "1. Switch the old machine off. Two machines with one desk would answer everybody twice.",
        f"2. Start it here: nightdesk serve{home}. The passphrase of that day opens it, or the sheet.",
        "   What came in meanwhile is fetched from the carrier by itself.",
        f"3. Then say that the old machine is off: nightdesk resume-sending{home}",
        "4. The log is signed with a new key from now on. Tell it to whoever checks the log:",
        f"   {_key(done)}",
    ]
    return "\n".join(lines)
