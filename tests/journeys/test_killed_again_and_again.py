"""200 signed texts by eight connections while the core is killed ten times: nothing acknowledged is lost or doubled."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.journeys.canary import found
from tests.journeys.house import House, a_house
from tests.standins.signed import sms
from tests.standins.twilio import TwilioStandIn

TEXTS = 200
CONNECTIONS = 8
KILLS = 10
SEED = 20261122


NUMBERS = [f"+1512555{100 + n:04}" for n in range(1, 11)]


def test_every_acknowledged_text_is_in_the_inbox_once_however_often_the_core_is_killed(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    with TwilioStandIn() as twilio, a_house(tmp_path / "house", api_base=twilio.url) as house:
        house.start()
        texts = {f"canary{n:03}{dice.getrandbits(64):016x}": dice.choice(NUMBERS) for n in range(TEXTS)}
        sending = threading.Event()
        killer = threading.Thread(target=_kill_at_random, args=(house, dice, sending))
        killer.start()

        with ThreadPoolExecutor(CONNECTIONS) as connections:
            acknowledged = list(connections.map(lambda item: _deliver(house, *item), texts.items()))
        sending.set()
        killer.join()

        assert all(acknowledged)
        if house.process is None:
            house.start()
        house.wait_for(lambda: _settled(house), "every text to be handled", within=180)
        report = house.verify()
        assert report["ok"], [check for check in report["checks"] if not check["ok"]]
        assert report["counts"]["messages_in"] == TEXTS
        created = twilio.creations  # first, since a reply may still go out while people are exported
        stored = {number: house.messages_of(number) for number in sorted(set(texts.values()))}
        for number, messages in stored.items():
            _each_is_there_once(messages, [word for word, sender in texts.items() if sender == number])
            _no_reply_was_created_twice(messages, [one.sid for one in created if one.to == number])
        assert created, "somebody must have been answered"
        leaks = list(found(texts, (house.home, house.temporary)))
        assert leaks == []
        assert house.stop().code == 0


def _kill_at_random(house: House, dice: random.Random, sending: threading.Event) -> None:
    for _ in range(KILLS):
        time.sleep(dice.uniform(0.2, 2.5))
        house.kill()
        house.start(wait=False)
    sending.wait()


def _deliver(house: House, word: str, number: str) -> bool:
    """As a carrier delivers: again, under the same id, until it is answered 200."""
    form = sms(f"are you open tomorrow? {word}", sender=number)
    for _ in range(400):
        try:
            if house.carrier.post(form).status == 200:
                time.sleep(0.5)  # so that the texts last as long as the killing does
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


def _settled(house: House) -> bool:
    counts = house.counts()
    if not counts or counts["texts in"] != TEXTS or counts["replies waiting"]:
        return False
    # A reply whose fate is unclear is looked for now and then; everything else must be done.
    return bool(counts["things to do"] <= counts["replies whose fate is unclear"])


def _each_is_there_once(messages: list[dict[str, Any]], words: list[str]) -> None:
    bodies = [message["body"] for message in messages if message["direction"] == "in"]
    assert sorted(body.rsplit(" ", 1)[1] for body in bodies) == sorted(words)


def _no_reply_was_created_twice(messages: list[dict[str, Any]], created: list[str]) -> None:
    """Each creation is one reply of ours; one that we lost the answer to is unclear, and there is one for each."""
    ours = [message for message in messages if message["direction"] == "out"]
    known = [message["provider_id"] for message in ours if message["provider_id"]]
    unclear = [message for message in ours if message["status"] == "unknown"]
    assert len(known) == len(set(known))
    assert len(set(created) - set(known)) <= len(unclear)
