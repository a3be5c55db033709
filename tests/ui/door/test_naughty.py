"""The strings that break programs go through the real door into the spool and out again, exactly as they were sent."""

import json
import os
from pathlib import Path

import pytest

from tests.standins.doors import OpenDoor
from tests.standins.signed import sms

STRINGS = Path(
    os.environ.get("NIGHTDESK_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"), "naughty_strings.json"
)


@pytest.mark.skipif(not STRINGS.exists(), reason="the list of naughty strings is not on this machine")
def test_every_naughty_string_is_kept_exactly(door: OpenDoor) -> None:
    strings = [text for text in json.loads(STRINGS.read_text(encoding="utf-8")) if "\0" not in text]

    refused = [text for text in strings if door.carrier.text(text).status != 200]

    assert refused == []
    assert [letter.value("Body") for letter in door.letters()] == strings


def test_a_text_with_control_characters_and_every_plane_is_kept_exactly(door: OpenDoor) -> None:
    text = (
        "".join(chr(code) for code in range(1, 0x11000, 7) if not 0xD800 <= code < 0xE000)[:3000]
        + "\r\n\t\x7f\U0010ffff"
    )

    assert door.carrier.post(sms(text)).status == 200
    assert door.letters()[-1].value("Body") == text
