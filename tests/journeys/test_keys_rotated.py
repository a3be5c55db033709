"""Every key of a desk that runs is changed: nobody stays signed in, and every text of that time is answered 200."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House, a_house
from ui.channel import ChannelError, call, read_key

TEXTS_BEFORE = 3


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "house") as made:
        yield made


def cookie_of(house: House) -> str:
    """Signed in as the owner, by a link."""
    token = house.command("link", "--json", locked=True).json["link"].partition("#")[2]
    asked = http.client.HTTPConnection("127.0.0.1", house.admin_port, timeout=10)
    origin = f"http://nightdesk.localhost:{house.admin_port}"
    headers = {
        "Host": f"nightdesk.localhost:{house.admin_port}",
        "Origin": origin,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    asked.request("POST", "/sign-in", body=f"token={token}", headers=headers)
    answer = asked.getresponse()
    answer.read()
    cookies = [one.partition(";")[0] for one in answer.msg.get_all("Set-Cookie", [])]
    asked.close()
    return next(one for one in cookies if not one.endswith("="))


def page(house: House, cookie: str) -> int:
    asked = http.client.HTTPConnection("127.0.0.1", house.admin_port, timeout=30)
    asked.request("GET", "/", headers={"Host": f"nightdesk.localhost:{house.admin_port}", "Cookie": cookie})
    answer = asked.getresponse()
    answer.read()
    asked.close()
    return answer.status


@pytest.mark.parametrize("how", [(), ("--after-leak",)], ids=["routine", "after a leak"])
def test_all_keys_are_changed_while_texts_come_in(house: House, how: tuple[str, ...]) -> None:
    house.start()
    sent = [house.carrier.text(f"before {place}") for place in range(TEXTS_BEFORE)]
    cookie, key, core = cookie_of(house), house.desk_folder / "run" / "core.key", read_core(house)
    old_key, old_door_key = read_key(key), read_key(house.desk_folder / "run" / "door.key")
    old_facts = json.loads((house.desk_folder / "door.json").read_text())
    assert page(house, cookie) == 200
    ended = threading.Event()

    def texts() -> None:
        while not ended.is_set():
            sent.append(house.carrier.text(f"during {len(sent)}"))
            time.sleep(0.25)

    writer = threading.Thread(target=texts)
    writer.start()
    said = house.command("keys", "rotate", *how, "--yes", "--json", locked=True)
    ended.set()
    writer.join()

    assert said.code == 0, said.err
    assert {one.status for one in sent} == {200}
    assert page(house, cookie) != 200
    with pytest.raises(ChannelError):
        call(core, old_key)
    assert read_key(house.desk_folder / "run" / "door.key") != old_door_key
    assert json.loads((house.desk_folder / "door.json").read_text())["recipient"] != old_facts["recipient"]
    sent.append(house.carrier.text("after"))
    assert house.stop().code == 0
    found = house.verify()
    assert found["ok"], found
    assert found["counts"]["messages_in"] + found["counts"]["spooled"] == len(sent)
    house.start()
    assert house.state() == "ready"


def read_core(house: House) -> int:
    return int(json.loads((house.desk_folder / "run" / "core.json").read_text())["port"])


def test_keys_are_changed_of_a_desk_that_is_stopped(house: House) -> None:
    said = house.command("keys", "rotate", "--yes", "--json")

    assert said.code == 0, said.err
    assert house.verify()["ok"]
    listed = house.command("keys", "list", "--json").json["keys"]
    assert {one["generation"] for one in listed if one["state"] == "active"} == {2}
