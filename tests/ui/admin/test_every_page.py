"""Every page of the app's own table in a real browser, wide and narrow: it fits, is accessible, loads nothing foreign.

`PICTURES_OF_PAGES=<folder>` keeps a screenshot of each.
"""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.ui.admin import samples
from tests.ui.admin.fake_desk import FakeDesk
from ui.admin.app import ROUTES, create_app
from ui.admin.route import Access, Route
from ui.admin.server import AdminServer, open_port

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}
PICTURES = os.environ.get("PICTURES_OF_PAGES")
PAGES = [route for route in ROUTES if route.method == "GET" and route.access is Access.SIGNED_IN and not route.json]


@dataclass(frozen=True)
class Screen:
    """A signed-in browser of one width, and what it complained of."""

    page: Page
    origin: str
    complaints: list[str]


@pytest.fixture(scope="module", params=list(WIDTHS))
def screen(request: pytest.FixtureRequest) -> Iterator[Screen]:
    desk = FakeDesk()
    sockets, port = open_port(0)
    origin = f"http://nightdesk.localhost:{port}"
    server = AdminServer(create_app(desk, origin=origin), sockets)
    threading.Thread(target=server.serve, daemon=True).start()
    wide, high = WIDTHS[request.param]
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": wide, "height": high}, reduced_motion="reduce")
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("request", lambda asked: None if asked.url.startswith(origin) else complaints.append(asked.url))
        page.goto(f"{origin}/sign-in#{desk.link()}")
        page.get_by_role("button").first.click()
        page.wait_for_url(f"{origin}/")
        yield Screen(page, origin, complaints)
        browser.close()
    server.stop()
    for each in sockets:
        each.close()


def address(route: Route) -> str:
    return re.sub(r"<ident:(\w+)>", lambda named: samples.SHOWN_IDS[named[1]], route.rule)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.rule)
def test_a_page_fits_its_screen_is_accessible_and_loads_nothing_foreign(screen: Screen, route: Route) -> None:
    screen.page.goto("about:blank")  # what the page before still has to say belongs to it
    screen.complaints.clear()

    answer = screen.page.goto(f"{screen.origin}{address(route)}")

    assert answer is not None
    if not answer.headers.get("content-type", "").startswith("text/html"):
        pytest.skip("not a page")
    assert answer.status == 200, address(route)
    if PICTURES:
        shown = screen.page.viewport_size or {"width": 0}
        name = route.rule.strip("/").replace("/", "-").replace("<ident:", "").replace(">", "") or "inbox"
        screen.page.screenshot(path=Path(PICTURES) / f"{name}-{shown['width']}.png", full_page=True)
    beside = screen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beside <= 0, f"{beside} pixels wider than the screen"
    # Evaluated, not added as a script: the page's own policy would refuse that.
    screen.page.evaluate(f"{AXE}\n//# sourceURL=axe")
    found = screen.page.evaluate(RULES)["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] == []
    assert screen.complaints == []
