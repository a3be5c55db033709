"""`nightdesk tray`: the icon beside the clock."""

from pathlib import Path

import click

from ui.commands.options import folder_of, home_option


@click.command()
@home_option
def tray(home: Path, desk_name: str | None) -> None:
    """Show an icon beside the clock: how the desk is doing, its pages, and a way to change every key.

    It runs until it is closed, and needs a desktop; on Linux one with AppIndicator (GTK, from the system), or there is
    an icon without a menu. It asks the running desk and holds no key. Pages and commands say and do the same.
    """
    from ui.tray.icon import show_icon

    show_icon(folder_of(home, desk_name))
