"""`nightdesk demo`: a throw-away desk, to try everything."""

import contextlib
import shutil
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import click

from appliance.founding import found_desk
from appliance.gateways.clock import SystemClock
from appliance.gateways.keystore import NoKeystore
from appliance.settings.read import parse_settings
from storage.errors import NightdeskError
from storage.keys.secret import SecretBytes
from ui.core import Serving
from ui.demo_texts import SAMPLES, SETTINGS
from ui.free_port import free_port
from ui.serve import serving

_BETWEEN_TEXTS_S = 0.4


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=None, help="The port of the pages. [default: 8400, or a free one]"
)
@click.option("--no-browser", is_flag=True, help="Only print the sign-in link.")
def demo(port: int | None, no_browser: bool) -> None:
    """Open a throw-away desk with sample people, the built-in rules and the test phone.

    Nothing leaves this machine. Everything is deleted when it ends (Ctrl-C).
    """
    ending = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ending.set())
    with _throw_away_home() as home, _demo_desk(home, port) as served:
        link = served.link()
        click.echo("Maple Street Dental is closed for the night. Sign in with this link, once:")
        click.echo(f"\n    {link}\n")
        click.echo("Play the customer on the left half of the page 'Test phone' and the front desk on the right.")
        typed = sys.argv[0] if Path(sys.argv[0]).stem == "nightdesk" else "nightdesk"
        click.echo(f"For another link, in another terminal: {typed} link --home {home}")
        click.echo("Ctrl-C ends it and deletes everything.")
        if not no_browser:
            webbrowser.open(link)
        threading.Thread(target=_send_samples, args=(served, ending), daemon=True).start()
        ending.wait()
        click.echo("Closing, and deleting the throw-away desk.")


@contextmanager
def _throw_away_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="nightdesk-demo-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _demo_desk(home: Path, port: int | None) -> Iterator[Serving]:
    passphrase = token_hex(16).encode()
    founded = found_desk(
        home,
        settings=parse_settings(SETTINGS),
        passphrase=SecretBytes(passphrase),
        clock=SystemClock(),
        # It lives for an hour and holds invented people: the small work factor starts faster.
        small_machine=True,
    )
    with serving(
        founded.folder,
        passphrase=SecretBytes(passphrase),
        admin_port=port or free_port(8400),
        door_port=free_port(8401),
        # Nothing of it is to stay behind.
        keystore=NoKeystore(),
    ) as served:
        yield served


def _send_samples(served: Serving, ending: threading.Event) -> None:
    for number, body in SAMPLES:
        if ending.wait(_BETWEEN_TEXTS_S):
            return
        # A demo without one of its samples is still a demo.
        with contextlib.suppress(NightdeskError):
            served.desk.text(number, body)
