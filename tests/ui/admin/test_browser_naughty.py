"""Strings that break programs, shown in a real browser exactly as they were written; none of them runs."""

import json
from pathlib import Path

import pytest

from appliance.views.people import Who
from appliance.views.thread import MessageShown, Thread
from tests.ui.admin.fake_desk import FakeDesk
from tests.ui.admin.screen import a_screen

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
    with a_screen(desk) as screen:
        screen.page.goto(f"{screen.origin}/people/{PERSON}")
        shown = screen.page.eval_on_selector_all(".turn.in .bubble", "found => found.map(one => one.textContent)")

    assert len(shown) == len(words)
    for written, seen in zip(words, shown, strict=True):
        assert seen == written
    assert screen.complaints == []
