"""`nightdesk serve`: door, worker and admin in the foreground."""

from pathlib import Path

import click

from ui.commands.options import folder_of, home_option, passphrase_in, passphrase_option

ADMIN_PORT = 8400
DOOR_PORT = 8401


@click.command()
@home_option
@passphrase_option
@click.option("--admin-port", type=click.IntRange(1, 65535), default=ADMIN_PORT, show_default=True)
@click.option("--door-port", type=click.IntRange(1, 65535), default=DOOR_PORT, show_default=True)
def serve(home: Path, desk_name: str | None, passphrase_file: Path | None, admin_port: int, door_port: int) -> None:
    """Run the desk: the door for the carrier, the worker, and the admin pages.

    Without --passphrase-file it starts locked: texts are taken in, and the admin page asks for the passphrase.
    SIGTERM or Ctrl-C ends it; the door ends with it. When this process is killed or cannot open the store, the
    door stays up and keeps what comes.
    """
    from ui.serve import serve_desk

    folder = folder_of(home, desk_name)
    passphrase = None if passphrase_file is None else passphrase_in(passphrase_file)
    serve_desk(folder, passphrase=passphrase, admin_port=admin_port, door_port=door_port, told=click.echo)
