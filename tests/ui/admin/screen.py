"""A browser of one width before the sample desk's pages, signed in, and whatever it complains of."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.ui.admin.fake_desk import FakeDesk
from ui.admin.app import create_app
from ui.admin.ports import open_port
from ui.admin.server import AdminServer

WIDTHS: Final = {"wide": (1280, 900), "narrow": (390, 844)}
_AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_RULES: Final = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
_BESIDE: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Screen:
    """A page of the browser. `complaints`: errors and warnings of its console, dialogs, whatever it asked of others."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def keep_picture(self, folder: str, name: str) -> None:
        """The whole page as it looks, its width in the file's name."""
        shown = self.page.viewport_size or {"width": 0}
        self.page.screenshot(path=Path(folder) / f"{name}-{shown['width']}.png", full_page=True)

    def expect_sound(self) -> None:
        """It fits its width, and everybody can use it."""
        beside = self.page.evaluate(_BESIDE)
        assert beside <= 0, f"{beside} pixels wider than the screen"
        # Evaluated, not added as a script: the page's own policy would refuse that.
        self.page.evaluate(f"{_AXE}\n//# sourceURL=axe")
        found = self.page.evaluate(_RULES)["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] == []


@contextmanager
def a_screen(desk: FakeDesk, width: str = "wide") -> Iterator[Screen]:
    """Signed in at a real server, on the first page."""
    wide, high = WIDTHS[width]
    with _served(desk) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        screen = Screen(browser.new_page(viewport={"width": wide, "height": high}, reduced_motion="reduce"), origin)
        _listen(screen)
        screen.page.goto(f"{origin}/sign-in#{desk.link()}")
        screen.page.get_by_role("button").first.click()
        screen.page.wait_for_url(f"{origin}/")
        try:
            yield screen
        finally:
            browser.close()


def _listen(screen: Screen) -> None:
    told, page = screen.complaints, screen.page
    page.on("console", lambda said: told.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("request", lambda asked: None if asked.url.startswith(screen.origin) else told.append(asked.url))


@contextmanager
def _served(desk: FakeDesk) -> Iterator[str]:
    sockets, port = open_port(0)
    origin = f"http://nightdesk.localhost:{port}"
    server = AdminServer(create_app(desk, origin=origin), sockets)
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield origin
    finally:
        server.stop()
        for each in sockets:
            each.close()
