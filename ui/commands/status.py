"""`nightdesk status`: how the desk is doing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ui.commands.options import answer, folder_of, home_option, json_option
from ui.control import ask


@click.command()
@home_option
@json_option
def status(home: Path, desk_name: str | None, as_json: bool) -> None:
    """Say whether the desk runs, in what state it is, and why. No person's words, names or numbers."""
    folder = folder_of(home, desk_name)
    told = ask(folder, {"do": "status"}) or {"state": "stopped", "reasons": [], "parts": [], "counts": {}}
    facts = {"desk": folder.name, **told}
    answer(as_json, facts, _told(facts))


def _told(facts: Mapping[str, Any]) -> str:
    lines = [f"{facts['desk']}: {facts['state']}"]
    lines += [f"  ! {reason['sentence']} {reason['remedy']}" for reason in facts["reasons"]]
    lines += [f"  {'ok ' if part['ok'] else '!! '} {part['name']}: {part['sentence']}" for part in facts["parts"]]
    lines += [f"  {name:<30} {count:>9,}" for name, count in facts["counts"].items()]
    return "\n".join(lines)
