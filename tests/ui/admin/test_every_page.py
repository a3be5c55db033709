"""Every page of the app's own table in a real browser, wide and narrow: it fits, is accessible, loads nothing foreign.

`PICTURES_OF_PAGES=<folder>` keeps a screenshot of each.
"""

import os
import re
from collections.abc import Iterator

import pytest

from tests.ui.admin import samples
from tests.ui.admin.fake_desk import FakeDesk
from tests.ui.admin.screen import WIDTHS, Screen, a_screen
from ui.admin.app import ROUTES
from ui.admin.route import Access, Route

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES_OF_PAGES")
PAGES = [route for route in ROUTES if route.method == "GET" and route.access is Access.SIGNED_IN and not route.json]


@pytest.fixture(scope="module", params=list(WIDTHS))
def screen(request: pytest.FixtureRequest) -> Iterator[Screen]:
    with a_screen(FakeDesk(), request.param) as screen:
        yield screen


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
        name = route.rule.strip("/").replace("/", "-").replace("<ident:", "").replace(">", "") or "inbox"
        screen.keep_picture(PICTURES, name)
    screen.expect_sound()
    assert screen.complaints == []
