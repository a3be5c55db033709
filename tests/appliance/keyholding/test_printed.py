"""The recovery sheet on paper: what is printed can be typed back, scanned back, and taken as a file."""

import re
from html.parser import HTMLParser

import pytest

from appliance.keyholding.printed import as_html, as_text
from storage.keys import agekeys
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet, read_sheet

IDENTITY = bytes(range(32))


@pytest.fixture
def sheet() -> RecoverySheet:
    return RecoverySheet("maple", "0123456789abcdef" * 2, 1_800_000_000_000, SecretBytes(IDENTITY))


def test_each_form_is_taken_back_whole(sheet: RecoverySheet) -> None:
    for printed in (as_text(sheet), as_text(sheet, on_paper=False), as_html(sheet)):
        assert read_sheet(printed).reveal() == IDENTITY
        assert all(group in printed for group in sheet.groups)
        assert "\x1b" not in printed


def test_the_picture_holds_the_key_of_the_public_tool(sheet: RecoverySheet) -> None:
    dark = _modules(as_text(sheet))
    light = _modules(as_text(sheet, on_paper=False))

    # The finder in the corner: seven dark, a light ring inside, a light border around.
    assert dark[2][2:9] == [True] * 7
    assert dark[3][3:8] == [False] * 5
    assert [[not module for module in row[2:-2]] for row in light[2:9]] == [row[2:-2] for row in dark[2:9]]


def test_the_page_fetches_nothing_and_is_well_formed(sheet: RecoverySheet) -> None:
    page = as_html(sheet)
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in {"meta", "path"}:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag != "path":
                assert open_tags.pop() == tag

    Reader().feed(page)

    assert open_tags == []
    assert not re.search(r"(src|href)=|@import|url\(", page)
    assert agekeys.spelled(sheet.identity) in page


def _modules(text: str) -> list[list[bool]]:
    drawn = text.split("as a picture:\n\n")[1].rstrip("\n").split("\n")
    width = max(len(line) for line in drawn)
    rows: list[list[bool]] = []
    for line in drawn:
        padded = line.ljust(width)
        rows.append([letter in "█▀" for letter in padded])
        rows.append([letter in "█▄" for letter in padded])
    wide = max(len(row) for row in rows)
    return [row + [False] * (wide - len(row)) for row in rows]
