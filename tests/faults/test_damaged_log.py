"""The database's own log damaged while the desk was down, by real processes: every text is there once within a minute,
nothing is sent twice, and the page says what happened.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.house import House, a_house
from tests.standins.signed import sms
from tests.standins.twilio import TwilioStandIn

SENDERS = ("+15125550101", "+15125550102", "+15125550103")
Harm = Callable[[Path], None]


def a_flipped_bit(log: Path) -> None:
    data = bytearray(log.read_bytes())
    data[len(data) // 3] ^= 4
    log.write_bytes(data)


def emptied(log: Path) -> None:
    log.write_bytes(b"")


@pytest.mark.parametrize("harm", [a_flipped_bit, pytest.param(emptied, marks=pytest.mark.long)])
def test_a_damaged_log_is_healed_from_the_spool_within_a_minute(tmp_path: Path, harm: Harm) -> None:
    with TwilioStandIn() as carrier, a_house(tmp_path / "house", api_base=carrier.url) as house:
        house.start()
        words = {sender: [_text(house, sender, n) for n in range(2)] for sender in SENDERS}
        house.wait_for(lambda: len(carrier.creations) >= len(SENDERS), "replies to go out")
        time.sleep(1)
        house.kill()
        sent = len(carrier.creations)
        harm(house.desk_folder / "desk.db-wal")

        began = time.monotonic()
        house.start()
        house.wait_for(lambda: house.state() in {"ready", "degraded", "safe-mode"}, "the desk to be open")
        house.wait_for(lambda: house.verify()["counts"]["messages_in"] == 6, "every text to be there")

        assert time.monotonic() - began < 60
        assert "changes-lost" in (told := house.reasons())
        if house.state() == "safe-mode":
            # What was signed was lost as well: whether somebody cut the log only a person can say.
            assert "log-behind" in told
            assert house.command("audit", "accept", "--yes").code == 0
            house.wait_for(lambda: house.state() in {"ready", "degraded"}, "the desk to go on")
        for sender, texts in words.items():
            stored = [one["body"] for one in house.messages_of(sender) if one["direction"] == "in"]
            assert stored == texts
        assert len(carrier.creations) == sent
        assert house.verify()["ok"]
        assert house.stop().code == 0


def _text(house: House, sender: str, number: int) -> str:
    body = f"are you open tomorrow? {number}"
    assert house.carrier.post(sms(body, sender=sender)).status == 200
    return body
