"""Carriers for the contract suite: our stand-in, and Prism serving what the carrier published."""

import base64
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.standins.signed import ACCOUNT, TOKEN
from tests.standins.twilio import TwilioStandIn
from tests.system_tools import find_contracts, find_prism

PUBLISHED = "twilio_api_v2010.json"
SECONDS_TO_START = 60


@dataclass(frozen=True)
class CarrierUnderTest:
    """Where it is, and how to sign in there."""

    url: str
    account: str = ACCOUNT
    token: str = TOKEN

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.account}:{self.token}".encode()).decode()


@pytest.fixture(scope="session")
def stand_in() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin


@pytest.fixture(scope="session")
def published() -> Iterator[CarrierUnderTest]:
    with prism("mock", "--seed", "nightdesk") as url:
        yield CarrierUnderTest(url)


@pytest.fixture(params=["stand-in", pytest.param("published", marks=pytest.mark.prism)])
def carrier(request: pytest.FixtureRequest) -> CarrierUnderTest:
    """The same suite on both."""
    if request.param == "stand-in":
        return CarrierUnderTest(request.getfixturevalue("stand_in").url)
    served: CarrierUnderTest = request.getfixturevalue("published")
    return served


@contextmanager
def prism(mode: str, *more: str, upstream: str = "") -> Iterator[str]:
    """Prism on a free loopback port, serving or watching over the published description."""
    program, folder = find_prism(), find_contracts()
    assert program is not None
    assert folder is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    described = str(Path(folder) / PUBLISHED)
    command = [program, mode, "--host", "127.0.0.1", "--port", str(port), *more, described]
    running = subprocess.Popen(
        [*command, upstream] if upstream else command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, running)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)


def _wait_for(port: int, running: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("Prism did not start")
