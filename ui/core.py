"""The core of one desk, put together: desk, control channel, pages. Importing this reads the whole house."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from appliance.desk import Desk
from appliance.egress.barrier import Barrier
from appliance.gateways.clock import SystemClock
from appliance.gateways.keystore import Keystore
from storage.sessions import LINK_LIFE_MS, TRAY_LINK_LIFE_MS
from ui import deletion_acts
from ui.admin.app import create_app
from ui.admin.server import AdminServer
from ui.channel import Message
from ui.control import Control
from ui.door.control import DoorHandle
from ui.door_line import DoorLine
from ui.examination import examine
from ui.keeping_told import kept_acts
from ui.key_acts import key_acts
from ui.log_acts import log_acts
from ui.rotating import rotation_acts
from ui.searching import search_acts


@dataclass(frozen=True, slots=True)
class Serving:
    """A desk that is being served."""

    desk: Desk
    origin: str
    door_port: int

    def link(self, *, lives_ms: int = LINK_LIFE_MS) -> str:
        """A sign-in link for the owner; the token is in the fragment, which no server ever sees."""
        return f"{self.origin}/sign-in#{self.desk.owner_link(lives_ms=lives_ms)}"


@contextmanager
def core(
    folder: Path,
    *,
    door: DoorHandle,
    barrier: Barrier,
    sockets: Sequence[socket.socket],
    port: int,
    keystore: Keystore | None,
) -> Iterator[Serving]:
    """Desk, control and pages, up while the block runs. The block is to open the store, and to close the desk."""
    line = DoorLine(door, folder=folder)
    desk = Desk(
        folder,
        clock=SystemClock(),
        line=line,
        barrier=barrier,
        keystore=keystore,
        findings=lambda: [(one.name, one.ok) for one in examine(folder, inside=True)],
        opening=True,
    )
    served = Serving(desk, f"http://nightdesk.localhost:{port}", door.port)
    with ExitStack() as ends:
        control = Control(folder / "run", _acts(served))
        line.also_renew(control.renew_key)
        for own in (port, control.port, door.port):
            barrier.register_loopback(own)
        barrier.install()
        ends.callback(control.close)
        control.start()
        admin = AdminServer(create_app(desk, origin=served.origin), sockets)
        ends.callback(admin.stop)
        threading.Thread(target=admin.serve, name="admin", daemon=True).start()
        yield served


def _acts(served: Serving) -> Mapping[str, Callable[[Message], Mapping[str, Any]]]:
    desk = served.desk

    def link(asked: Message) -> Mapping[str, Any]:
        return {"link": served.link(lives_ms=TRAY_LINK_LIFE_MS if asked.get("for") == "tray" else LINK_LIFE_MS)}

    def status(_: Message) -> Mapping[str, Any]:
        told = desk.told_status()
        return {
            "state": told.state.value,
            "origin": served.origin,
            "reasons": [{"code": one.code, "sentence": one.sentence, "remedy": one.remedy} for one in told.reasons],
            "parts": [{"name": one.name, "ok": one.ok, "sentence": one.sentence} for one in told.parts],
            "counts": dict(told.counts),
        }

    def text(asked: Message) -> Mapping[str, Any]:
        return {"id": desk.text(str(asked.get("from", "")), str(asked.get("body", "")))}

    deleting = {name: partial(_deleting, desk, act) for name, act in deletion_acts.ACTS.items()}
    return {
        "link": link,
        "status": status,
        "text": text,
        **key_acts(desk.keys),
        **deleting,
        **rotation_acts(desk),
        **search_acts(desk),
        **kept_acts(desk),
        **log_acts(desk),
    }


def _deleting(desk: Desk, act: deletion_acts.Act, asked: Message) -> Mapping[str, Any]:
    return act(desk.deleting, asked)
