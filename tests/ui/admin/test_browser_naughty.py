"""Strings that break programs, shown in a real browser exactly as they were written; none of them runs."""

import json
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from appliance.views.people import Who
from appliance.views.thread import MessageShown, Thread
from tests.ui.admin.fake_desk import FakeDesk
from ui.admin.app import create_app
from ui.admin.server import AdminServer, open_port

pytestmark = pytest.mark.browser

STRINGS = Path(__file__).parents[4] / "shared" / "data" / "naughty_strings.json"
PERSON = "0123456789abcdef"


@pytest.mark.skipif(not STRINGS.is_file(), reason="the list of naughty strings is not beside this checkout")
def test_every_naughty_string_is_shown_exactly_and_none_of_them_runs() -> None:
    # The door refuses NUL before anything is stored.
    words = [one for one in json.loads(STRINGS.read_text(encoding="utf-8")) if one and "\0" not in one]
    desk = FakeDesk()
    items = tuple(MessageShown(f"m{n}", desk.now() + n, body) for n, body in enumerate(words))
    desk.threads[PERSON] = Thread(PERSON, Who("", "23"), "+15125550123", items=items)
    sockets, port = open_port(0)
    origin = f"http://nightdesk.localhost:{port}"
    server = AdminServer(create_app(desk, origin=origin), sockets)
    threading.Thread(target=server.serve, daemon=True).start()
    complaints: list[str] = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
            )
            page = browser.new_page()
            page.on("dialog", lambda dialog: complaints.append(dialog.message))
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("request", lambda asked: None if asked.url.startswith(origin) else complaints.append(asked.url))
            page.goto(f"{origin}/sign-in#{desk.link()}")
            page.get_by_role("button").first.click()
            page.goto(f"{origin}/people/{PERSON}")
            shown = page.eval_on_selector_all(".turn.in .bubble", "found => found.map(one => one.textContent)")
            browser.close()
    finally:
        server.stop()
        for each in sockets:
            each.close()

    assert len(shown) == len(words)
    for written, seen in zip(words, shown, strict=True):
        assert seen == written
    assert complaints == []
