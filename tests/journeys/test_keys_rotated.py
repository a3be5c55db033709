"""Every key of a desk that runs is changed: whoever was signed in is out within a second, and every text of that time
is answered 200 and there once.
"""

import http.client
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.opening.store import open_vault
from storage.keys.secret import SecretBytes
from tests.journeys.house import PASSPHRASE, House, a_house
from ui.admin.guard import form_token
from ui.channel import ChannelError, call, read_key

DEAD_WITHIN_S = 1.0
CARRIER_WAITS_S = 15.0
SENDER = "+15125550123"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "house") as made:
        yield made


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    cookies: dict[str, str]


def asks(house: House, method: str, path: str, *, cookie: str = "", form: str = "") -> Answer:
    """As a browser on the desk's own page would."""
    asked = http.client.HTTPConnection("127.0.0.1", house.admin_port, timeout=30)
    name = f"nightdesk.localhost:{house.admin_port}"
    headers = {"Host": name, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    headers |= {"Origin": f"http://{name}", "Sec-Fetch-Site": "same-origin"} if method == "POST" else {}
    asked.request(method, path, body=form, headers=headers)
    answer = asked.getresponse()
    answer.read()
    asked.close()
    said = [one.partition(";")[0].partition("=") for one in answer.msg.get_all("Set-Cookie", [])]
    return Answer(answer.status, {key: value for key, _, value in said if value})


def a_link(house: House) -> str:
    link: str = house.asked("link")["link"]
    return link.partition("#")[2]


def signed_in(house: House) -> tuple[str, str]:
    """The owner's session: its whole cookie, and its token alone."""
    [(name, token)] = asks(house, "POST", "/sign-in", form=f"token={a_link(house)}").cookies.items()
    return f"{name}={token}", token


@dataclass
class Watch:
    """Somebody who was let in before, trying again and again; when each try that was let in began."""

    let_in: dict[str, list[float]] = field(default_factory=lambda: {"session": [], "key": []})
    refused: dict[str, int] = field(default_factory=lambda: {"session": 0, "key": 0})

    def try_it(self, name: str, way: Callable[[], bool]) -> None:
        began = time.time()
        if way():
            self.let_in[name].append(began)
        else:
            self.refused[name] += 1


@contextmanager
def watching(house: House, cookie: str) -> Iterator[Watch]:
    """While the block runs, with that cookie and with the key that commands have at its beginning."""
    watch, ended = Watch(), threading.Event()
    key, core = read_key(house.desk_folder / "run" / "core.key"), read_core(house)

    def knows_key() -> bool:
        try:
            call(core, key).close()
        except ChannelError:
            return False
        return True

    def tries() -> None:
        while not ended.wait(0.05):
            watch.try_it("session", lambda: asks(house, "GET", "/", cookie=cookie).status == 200)
            watch.try_it("key", knows_key)

    with in_a_thread(tries, ended):
        house.wait_for(lambda: all(watch.let_in.values()), "session and key to be let in")
        yield watch


@contextmanager
def texts_coming_in(house: House, sent: dict[str, float]) -> Iterator[None]:
    """One after the other while the block runs: each with how long its answer took, all answered 200."""
    ended = threading.Event()

    def texts() -> None:
        while not ended.wait(0.1):
            body, began = f"text {len(sent)}", time.monotonic()
            assert house.carrier.text(body, sender=SENDER).status == 200
            sent[body] = time.monotonic() - began

    with in_a_thread(texts, ended):
        house.wait_for(lambda: len(sent) >= 3, "the first texts")
        yield


@contextmanager
def in_a_thread(act: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - told where the test can see it
            failed.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert failed == []


def by_page(house: House) -> None:
    """The routine way, by somebody else who is signed in."""
    cookie, token = signed_in(house)
    form = f"kind=routine&form_token={form_token(token)}"
    assert asks(house, "POST", "/keys/rotate", cookie=cookie, form=form).status == 303
    house.wait_for(lambda: not house.asked("rotation")["running"], "the keys to be changed")
    assert house.asked("rotation")["error"] == ""


def by_command(house: House) -> None:
    """After a leak."""
    said = house.command("keys", "rotate", "--after-leak", "--yes", "--json", locked=True)
    assert said.code == 0, said.err


@pytest.mark.parametrize("rotate", [by_page, by_command])
def test_all_keys_are_changed_while_texts_come_in(house: House, rotate: Callable[[House], None]) -> None:
    house.start()
    sent: dict[str, float] = {}
    link, (cookie, _) = a_link(house), signed_in(house)
    old_door_key, old_facts = read_key(house.desk_folder / "run" / "door.key"), facts_of_door(house)

    with texts_coming_in(house, sent), watching(house, cookie) as watch:
        rotate(house)

    assert max(sent.values()) < CARRIER_WAITS_S
    assert min(watch.refused.values()) > 0
    assert asks(house, "POST", "/sign-in", form=f"token={link}").cookies == {}
    assert read_key(house.desk_folder / "run" / "door.key") != old_door_key
    assert facts_of_door(house)["recipient"] != old_facts["recipient"]
    assert house.stop().code == 0
    found = house.verify()
    assert found["ok"], found
    assert found["counts"]["messages_in"] + found["counts"]["spooled"] == len(sent)
    asked_at = when_sessions_ended(house)
    late = {name: max(began) - asked_at for name, began in watch.let_in.items()}
    assert max(late.values()) <= DEAD_WITHIN_S * slowed_by_others(), late
    house.start()
    assert house.state() == "ready"
    house.wait_for(lambda: house.counts().get("texts in") == len(sent), "every text to be read in")
    bodies = [one["body"] for one in house.messages_of(SENDER) if one["direction"] == "in"]
    assert sorted(bodies) == sorted(sent)


def slowed_by_others() -> float:
    """How many times longer all takes here, since more processes want to run than there are cores."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)) if hasattr(os, "getloadavg") else 1.0


def when_sessions_ended(house: House) -> float:
    """When the core was asked, by its log, in the seconds of `time.time`."""
    vault = open_vault(house.desk_folder, SecretBytes(PASSPHRASE.encode()))
    try:
        with vault.look() as tx:
            leaves = [json.loads(body) for body in tx.audit.bodies()]
    finally:
        vault.close()
    [at] = [one["at"] for one in leaves if one["action"] == "sessions-ended"]
    return float(at) / 1000


def facts_of_door(house: House) -> Mapping[str, str]:
    facts: Mapping[str, str] = json.loads((house.desk_folder / "door.json").read_text())
    return facts


def read_core(house: House) -> int:
    return int(json.loads((house.desk_folder / "run" / "core.json").read_text())["port"])


def test_keys_are_changed_of_a_desk_that_is_stopped(house: House) -> None:
    said = house.command("keys", "rotate", "--yes", "--json")

    assert said.code == 0, said.err
    assert house.verify()["ok"]
    listed = house.command("keys", "list", "--json").json["keys"]
    assert {one["generation"] for one in listed if one["state"] == "active"} == {2}
