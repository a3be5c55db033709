"""The test phone in a real browser: Enter sends, as on a telephone."""

import pytest

from tests.ui.admin.fake_desk import FakeDesk
from tests.ui.admin.screen import a_screen

pytestmark = pytest.mark.browser


def test_enter_sends_and_shift_begins_a_line() -> None:
    with a_screen(FakeDesk()) as screen:
        screen.page.goto(f"{screen.origin}/phone")
        field = screen.page.get_by_placeholder("Text message")
        field.press_sequentially("are you")
        field.press("Shift+Enter")
        field.press_sequentially("open tomorrow?")
        assert field.input_value() == "are you\nopen tomorrow?"

        field.press("Enter")

        screen.page.locator("#screen .mine", has_text="open tomorrow?").last.wait_for()
        assert screen.page.get_by_placeholder("Text message").input_value() == ""
        assert screen.complaints == []
