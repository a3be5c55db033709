"""The recovery sheet on its way to paper: written to a file, shown on the terminal, two groups asked back."""

from collections.abc import Sequence
from pathlib import Path
from secrets import SystemRandom
from typing import Final

import click

from storage.lasting import write_new

_ASKED: Final = 2
_TRIES: Final = 3


def write_sheet(path: Path, *, text: str, page: str) -> None:
    """For this account only, on the disk; as a page to print where the name ends in .html."""
    write_new(path, [(page if path.suffix.lower() in {".html", ".htm"} else text).encode()])


def groups_come_back(groups: Sequence[str]) -> bool:
    """Ask two groups of the sheet that was just shown. False where nobody typed them right; Enter alone passes."""
    click.echo("Write the sheet down or print it now. Then, to be sure that it can be read:", err=True)
    for place in sorted(SystemRandom().sample(range(len(groups)), _ASKED)):
        if not _comes_back(place + 1, groups[place]):
            click.echo("Not checked. Check it later with: nightdesk keys slots test --kind recovery", err=True)
            return False
    click.echo("Right: the sheet can be read.", err=True)
    return True


def _comes_back(number: int, group: str) -> bool:
    for _ in range(_TRIES):
        typed = str(click.prompt(f"Group {number} of the sheet", default="", show_default=False, err=True))
        if not typed.strip():
            return False
        if typed.strip().upper().translate(str.maketrans("OIL", "011")) == group:
            return True
        click.echo("That is not what the sheet says. Look again.", err=True)
    return False
