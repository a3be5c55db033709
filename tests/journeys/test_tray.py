"""The icon beside the clock over a real desk: on a display of Xvfb, and its errands without one."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from appliance.views.status import DeskState
from tests.journeys.house import a_house
from ui.tray.errand import Errand
from ui.tray.menu import STOPPED, Act


def test_the_owner_opens_the_desk_and_changes_every_key_from_the_icon(tmp_path: Path) -> None:
    opened: list[str] = []
    told: list[str] = []
    with a_house(tmp_path) as house:
        errand = Errand(house.desk_folder, browse=opened.append, tell=told.append)
        errand.look()
        assert errand.state == STOPPED
        errand.do(Act.OPEN)
        assert (opened, told) == ([], ["the desk is not running. start it: nightdesk serve."])

        house.start()
        errand.look()
        assert errand.state in {DeskState.READY, DeskState.DEGRADED}
        assert any(entry.act is Act.OPEN for entry in errand.entries())
        errand.do(Act.OPEN)
        page = Path(unquote(urlsplit(opened[0]).path))
        assert page.stat().st_mode & 0o777 == 0o600
        assert re.search(r"url=http://nightdesk\.localhost:\d+/sign-in#[\w-]{43}", page.read_text())

        errand.do(Act.ROTATE)
        errand.end()
        assert told[1].startswith("Every key was changed.")
        assert not page.exists()
        house.stop()


@contextmanager
def _display() -> Iterator[str]:
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(20)


def _windows(name: str) -> list[str]:
    from Xlib.display import Display

    screen = Display(name)
    try:
        return [name for one in screen.screen().root.query_tree().children for name in one.get_wm_class() or ()]
    finally:
        screen.close()


@pytest.mark.display
def test_the_icon_is_shown_on_a_desktop_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with a_house(tmp_path) as house, _display() as display:
        icon = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "tray", "--home", str(house.home)],
            env={**os.environ, "DISPLAY": display, "PYSTRAY_BACKEND": "xorg"},
            stderr=subprocess.PIPE,
        )
        house.wait_for(lambda: "nightdesk" in _windows(display), "the icon")
        icon.send_signal(signal.SIGTERM)
        _, said = icon.communicate(timeout=20)

    assert (icon.returncode, said) == (0, b"")


def test_without_a_desktop_it_says_what_else_there_is(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        bare = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        said = subprocess.run(
            [sys.executable, "-m", "ui.cli", "tray", "--home", str(house.home)],
            env=bare,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert said.returncode == 1
    assert "no-tray" in said.stderr
    assert "nightdesk link" in said.stderr
    assert "Traceback" not in said.stderr
