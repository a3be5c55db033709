"""`nightdesk search`: find what people wrote."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from ui.commands.options import (
    UsageError,
    answer,
    folder_of,
    home_option,
    json_option,
    passphrase_option,
    read_passphrase,
)
from ui.searching import Ask, searching

_LONGEST: Final = 200
_MOST: Final = 1000
# What somebody texted must not steer the terminal that shows it.
_STEERS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, help="How many, newest first.")
@home_option
@passphrase_option
@json_option
def search(
    words: tuple[str, ...],
    limit: int,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Find the newest texts with all these WORDS: what people wrote, and what was written to them.

    "root canal" as one argument in quotation marks of its own finds the words side by side, dent* how a word begins.
    Works beside a running desk, and without one. That you searched goes on the log; the words do not.
    """
    typed = " ".join(words)
    if len(typed) > _LONGEST:
        raise UsageError("that is too long to look for", remedy=f"give at most {_LONGEST} characters")
    folder = folder_of(home, desk_name)
    with searching(folder, lambda: read_passphrase(passphrase_file)) as ask:
        facts = _found(ask, typed, limit)
    answer(as_json, facts, _said(facts))


def _found(ask: Ask, typed: str, limit: int) -> Mapping[str, Any]:
    """Page by page until there are enough."""
    page = ask(typed, None)
    results = list(page["results"])
    while page["older"] is not None and len(results) < limit:
        page = ask(typed, page["older"])
        results += page["results"]
    more = page["older"] is not None or len(results) > limit
    return {"results": results[:limit], "more": more, "index": page["index"]}


def _said(facts: Mapping[str, Any]) -> str:
    lines = [_line(one) for one in facts["results"]] or ["Nothing found."]
    if facts["more"]:
        lines.append("There are older ones: --limit shows more.")
    index = facts["index"]
    if not index["ready"]:
        lines.append(f"The index is being built: {index['count']:,} of {index['total']:,} texts can be found so far.")
    return "\n".join(lines)


def _line(one: Mapping[str, Any]) -> str:
    at = datetime.fromtimestamp(one["at"] / 1000, UTC).astimezone()
    who = one["who"] if one["direction"] == "in" else f"you to {one['who']}"
    return _STEERS.sub(" ", f"{at:%Y-%m-%d %H:%M}  {who}: {one['text']}")
