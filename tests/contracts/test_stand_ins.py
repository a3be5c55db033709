"""The stand-ins themselves: signed as the carrier's own library checks it, and of use as processes."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from tests.standins.serving import Handler, StandIn
from tests.standins.signed import NUMBER, TOKEN
from tests.standins.twilio import Callbacks, TwilioStandIn

PUBLIC = "https://desk.example"


class Door(Handler):
    """Takes what is posted, and checks it as the carrier's library does."""

    standin: "DoorStandIn"

    def do_POST(self) -> None:  # noqa: N802 - the parent's name
        fields = dict(parse_qsl(self.body().decode(), keep_blank_values=True))
        good = RequestValidator(TOKEN).validate(PUBLIC + self.path, fields, self.headers["X-Twilio-Signature"])
        self.standin.told.append(fields["MessageStatus"])
        self.answer(200 if good else 403, {})


class DoorStandIn(StandIn):
    def __init__(self) -> None:
        super().__init__(Door)
        self.told: list[str] = []


@contextmanager
def process(module: str, *more: str) -> Iterator[str]:
    """A stand-in as a process of its own; its address."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        try:
            yield str(json.loads(running.stdout.readline())["url"])
        finally:
            running.communicate(timeout=10)


def ask(url: str, order: dict[str, Any] | None = None) -> Any:
    body = None if order is None else json.dumps(order).encode()
    asked = urllib.request.Request(url + "/_control", data=body)  # noqa: S310 - loopback
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - loopback
        return json.load(answer)


@pytest.mark.parametrize("order", [("queued", "sent", "delivered"), ("delivered", "sent", "sent")])
def test_status_callbacks_are_signed_and_come_in_the_order_asked_for(order: tuple[str, ...]) -> None:
    with DoorStandIn() as door, TwilioStandIn() as twilio:
        twilio.callbacks = Callbacks(PUBLIC, door.url, order)
        text = twilio.create(
            {"From": NUMBER, "To": "+15125550111", "Body": "hello", "StatusCallback": f"{PUBLIC}/hooks/maple/status"}
        )

        answers = twilio.call_back(text)

    assert answers == [200, 200, 200]
    assert door.told == list(order)
    assert text.status == order[-1]


def test_the_carrier_takes_orders_as_a_process_and_tells_what_was_created_twice() -> None:
    with process("tests.standins.twilio") as url:
        sid = ask(url, {"inbound": {"sender": "+15125550111", "body": "hello?"}})["sid"]
        report = ask(url)

    assert sid.startswith("SM")
    assert report == {"creations": [], "twice": []}


def test_the_model_takes_orders_as_a_process_and_tells_its_traffic() -> None:
    with process("tests.standins.model", "--rule", "hostile") as url:
        assert ask(url, {"script": ["529"]}) == {}
        assert ask(url) == {"traffic": []}
