"""`serve`: the core in the foreground. Lock, door, pages, desk; then it waits for the signal to end.

The door is a process of its own. It is started first and ended last, and when this process dies or cannot open the
store, the door goes on taking texts in.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from appliance.desk import Desk
from appliance.egress.barrier import Barrier, Program
from appliance.gateways.clock import SystemClock
from appliance.gateways.keystore import Keystore
from storage.errors import NightdeskError
from storage.keys.keyring import public_facts
from storage.keys.secret import SecretBytes
from storage.sessions import LINK_LIFE_MS, TRAY_LINK_LIFE_MS
from ui import deletion_acts
from ui.admin.app import create_app
from ui.admin.server import AdminServer, open_port
from ui.channel import Message
from ui.control import Control
from ui.door.control import DoorHandle, ensure_door
from ui.door.facts import DoorFacts, read_facts, write_facts
from ui.door.start import DoorStarter
from ui.door_line import DoorLine
from ui.examination import examine
from ui.keeping_told import kept_acts
from ui.key_acts import key_acts
from ui.log_acts import log_acts
from ui.logs import log_to
from ui.only_core import only_core
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


def serve_desk(
    folder: Path, *, passphrase: SecretBytes | None, admin_port: int, door_port: int, told: Callable[[str], object]
) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises AlreadyRunningError, PortTakenError, and what opening the store raises."""
    ending = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ending.set())
    with serving(folder, passphrase=passphrase, admin_port=admin_port, door_port=door_port) as served:
        told(f"{served.desk.about().desk_name} is {served.desk.ready().state.value}: {served.origin}")
        told(f"Texts come in at port {served.door_port}. Sign in with: nightdesk link --home {folder.parent}")
        ending.wait()
        told("Closing.")


@contextmanager
def serving(
    folder: Path,
    *,
    passphrase: SecretBytes | None,
    admin_port: int,
    door_port: int,
    keystore: Keystore | None = None,
) -> Iterator[Serving]:
    """The whole desk, up while the block runs; `keystore` in the place of the system's."""
    barrier = Barrier()
    with ExitStack() as ends:
        ends.enter_context(only_core(folder))
        log_to(folder / "logs" / "core.log")
        sockets, port = open_port(admin_port)
        for each in sockets:
            ends.callback(each.close)
        door = _door(folder, door_port, barrier)
        # When the store does not open, the door stays up: it needs no key, and the texts do not wait for one.
        unopened = ends.enter_context(ExitStack())
        unopened.callback(door.leave)
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
        if passphrase is not None:
            desk.open(passphrase)
        else:
            desk.open_by_itself()
        unopened.pop_all()
        ends.callback(door.stop)
        ends.callback(desk.close)
        yield served


def _door(folder: Path, port: int, barrier: Barrier) -> DoorHandle:
    settings = Desk.settings_of(folder).carrier
    facts = DoorFacts(
        desk=folder.name,
        public_url=settings.public_url,
        account_sid=settings.account_sid,
        number=settings.number,
        recipient=_recipient(folder),
        port=port,
    )
    write_facts(folder, facts)
    release = version("nightdesk")
    starter = DoorStarter(
        folder,
        port=port,
        release=release,
        may_connect=barrier.register_loopback,
        may_start=lambda path: barrier.opened(Program(path)),
    )
    handle = ensure_door(folder, port=port, release=release, starter=starter)
    # A door that was adopted may have older facts.
    handle.reload()
    return handle


def _recipient(folder: Path) -> str:
    """The public half of the intake key; where the keyring is damaged, as it was, so that the door still opens."""
    try:
        return public_facts(folder, desk=folder.name).intake_recipient
    except NightdeskError as damaged:
        try:
            return read_facts(folder).recipient
        except NightdeskError:
            raise damaged from None


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
