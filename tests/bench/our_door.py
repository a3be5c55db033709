"""The real door in its own process, with the token handed to it as the core does; and its server with nothing to do."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from multiprocessing.connection import Connection
from pathlib import Path

from storage.keys.agekeys import new_identity, recipient_of
from tests.bench.process import process
from tests.standins.signed import ACCOUNT, NUMBER
from ui.channel import Channel, call, read_key
from ui.door.answers import answer
from ui.door.facts import DoorFacts, write_facts
from ui.door.files import DoorUp, key_path, read_up
from ui.door.requests import StrictRequest
from ui.door.server import DoorServer

DESK = "maple"
STARTS_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class RunningDoor:
    """A door that is up and holds the token."""

    port: int
    pid: int
    core: Channel

    def kept(self) -> int:
        """How many letters it says it has on disk."""
        self.core.tell({"do": "stats"})
        while (heard := self.core.hear(STARTS_WITHIN_S)) is not None:
            if heard.get("event") == "stats":
                return int(heard["acknowledged"]) - int(heard["unchecked"])
        raise TimeoutError


@contextlib.contextmanager
def our_door(folder: Path, *, public_url: str, token: str) -> Iterator[RunningDoor]:
    """`folder` becomes the desk's; `public_url` is the desk's, without the path of the hook."""
    recipient = recipient_of(new_identity())
    write_facts(folder, DoorFacts(DESK, public_url, ACCOUNT, NUMBER, recipient, port=0))
    door = subprocess.Popen([sys.executable, "-m", "ui.door", "--desk-folder", str(folder)])
    try:
        up = _wait_for(folder, door.pid)
        core = call(up.control_port, read_key(key_path(folder)))
        core.tell({"do": "tokens", "tokens": [token]})
        yield RunningDoor(up.port, up.pid, core)
        core.close()
    finally:
        door.terminate()
        door.wait()


@contextlib.contextmanager
def idle_server() -> Iterator[int]:
    """The door's server, answering yes to whatever comes; gives the port."""
    with process(_serve_idle) as port:
        yield port


def _serve_idle(ready: Connection) -> None:
    def yes(requests: Sequence[StrictRequest]) -> list[bytes]:
        return [answer(HTTPStatus.OK, closing=False, second=0) for _ in requests]

    server = DoorServer(yes, port=0, tick=lambda: None)
    ready.send(int(server.effective_port))
    server.run()


def _wait_for(folder: Path, pid: int) -> DoorUp:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        if (up := read_up(folder)) is not None and up.pid == pid:
            return up
        time.sleep(0.02)
    raise TimeoutError("the door did not come up")
