"""What the icon asks of the running core, and what it does with the answer. Knows no window system."""

import secrets
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from appliance.folders import SETTINGS_FILE
from appliance.settings.read import read_settings
from appliance.views.status import DeskState
from storage.errors import NightdeskError
from storage.keys.secret import SecretBytes
from storage.lasting import write_new
from ui.control import ask
from ui.rotating import rotate_keys
from ui.stopped import NotRunningError
from ui.tray.menu import STOPPED, Act, Entry, entries, title

_PAGE: Final = "open-"


class Errand:
    """One desk as the icon sees it. `browse` opens an address; `tell` shows a sentence for a moment."""

    def __init__(self, folder: Path, *, browse: Callable[[str], object], tell: Callable[[str], object]) -> None:
        self._folder = folder
        self._browse = browse
        self._tell = tell
        self._name = read_settings(folder / SETTINGS_FILE).desk.name
        self._told: Mapping[str, Any] = {"state": STOPPED}
        self._rotating = False

    @property
    def state(self) -> str:
        """As it was when `look` was last called."""
        return str(self._told["state"])

    def title(self) -> str:
        """The line beside the icon."""
        return title(self._name, self.state)

    def entries(self) -> list[Entry]:
        """The menu."""
        return entries(self._name, self.state, self._told.get("reasons", ()), rotating=self._rotating)

    def look(self) -> None:
        """Ask how the desk is doing. Whatever goes wrong at that, the icon says that it does not run."""
        try:
            self._told = ask(self._folder, {"do": "status"}) or {"state": STOPPED}
        except (NightdeskError, OSError):
            self._told = {"state": STOPPED}

    def do(self, act: Act) -> None:
        """Take as long as it takes. An error is told and not raised: there is nobody to catch it."""
        try:
            if act is Act.OPEN:
                self._open()
            elif act in {Act.ROTATE, Act.ROTATE_AFTER_LEAK}:
                self._rotate(after_leak=act is Act.ROTATE_AFTER_LEAK)
        except NightdeskError as error:
            self._tell(f"{error.sentence}. {error.remedy}".rstrip(". ") + ".")

    def _open(self) -> None:
        if self.state == DeskState.LOCKED:
            self._browse(str(self._told["origin"]))
            return
        link = ask(self._folder, {"do": "link", "for": "tray"})
        if link is None:
            raise _stopped()
        self._browse(self._page_to(str(link["link"])).as_uri())

    def _page_to(self, link: str) -> Path:
        """A page that leads there. Every account of a machine can read what programs are started with, so the link
        itself is in a file for this account only; it lives a minute.
        """
        self.end()
        page = self._folder / "run" / f"{_PAGE}{secrets.token_hex(4)}.html"
        write_new(page, [f'<!doctype html><meta http-equiv="refresh" content="0; url={escape(link)}">'.encode()])
        return page

    def end(self) -> None:
        """No page of before is left."""
        for left in (self._folder / "run").glob(f"{_PAGE}*.html"):
            left.unlink(missing_ok=True)

    def _rotate(self, *, after_leak: bool) -> None:
        if self._rotating:
            return
        self._rotating = True
        try:
            rotate_keys(self._folder, after_leak=after_leak, words=_nobody_types, told=lambda *_: None)
        finally:
            self._rotating = False
        self._tell("Every key was changed. Everybody was signed out; open the desk again from here.")


def _nobody_types() -> SecretBytes:
    """Without a running core the passphrase would be asked for; that is the command's."""
    raise _stopped()


def _stopped() -> NotRunningError:
    return NotRunningError("the desk is not running", remedy="start it: nightdesk serve")
