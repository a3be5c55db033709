"""An evening with the demo desk in a real browser: a customer writes, a person approves, the reply arrives."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.journeys.house import environment, free_port

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
_LINK = re.compile(r"http://nightdesk\.localhost:\d+/sign-in#\S+")


@pytest.fixture
def link() -> Iterator[str]:
    """The sign-in link of a running demo, as it is printed."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "demo", "--no-browser", "--port", str(free_port())],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert demo.stdout is not None
        printed = next((found for line in demo.stdout if (found := _LINK.search(line))), None)
        assert printed is not None, "the demo printed no link"
        yield printed[0]
    finally:
        demo.terminate()
        demo.communicate(timeout=20)
    assert demo.returncode == 0


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.complaints = complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("request", lambda asked: None if "nightdesk.localhost" in asked.url else complaints.append(asked.url))
        yield page
        browser.close()


def test_an_evening_at_the_demo_desk(link: str, page: Page) -> None:
    origin = link.split("/sign-in", maxsplit=1)[0]
    page.goto(link)
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()

    page.goto(f"{origin}/phone/dana")
    _say(page, "my name is dana reyes. what are your hours?")
    answer = page.locator("#screen .theirs").last
    expect(answer).to_contain_text("Our hours are", timeout=20_000)
    expect(page.locator("#talk")).to_contain_text("[NAME_1]")
    page.locator("#screen").screenshot(path=_shot("phone-screen.png"))
    page.screenshot(path=_shot("test-phone.png"))

    page.goto(f"{origin}/phone/pat")
    _say(page, "Hi, this is Pat Nguyen. The receptionist was rude to me and I want to complain to the manager.")
    draft = page.locator("form", has=page.get_by_role("button", name=re.compile("^send", re.IGNORECASE))).locator(
        "textarea:not(#say-text)"
    )
    expect(draft.first).to_be_visible(timeout=20_000)
    draft.first.fill("Pat, we are sorry. The manager calls you tomorrow morning.")
    page.locator(".desk-side").get_by_role("button", name=re.compile("^send", re.IGNORECASE)).first.click()
    expect(page.locator("#screen")).to_contain_text("The manager calls you tomorrow morning.", timeout=20_000)
    expect(page.locator(".desk-side")).to_contain_text("owner")

    for name in ("", "answers", "outside", "permissions", "status"):
        assert page.goto(f"{origin}/{name}") is not None
        page.screenshot(path=_shot(f"{name or 'inbox'}.png"), full_page=True)
    assert page.complaints == []  # type: ignore[attr-defined]


def _say(page: Page, words: str) -> None:
    page.locator("#say-text").fill(words)
    page.get_by_role("button", name="Send the text").click()


def _shot(name: str) -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS / name
