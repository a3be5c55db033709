"""`serve`: the core in the foreground. Lock, door, desk, pages; then it waits for the signal to end.

The door is a process of its own. It is started first and ended last, and when this process dies or cannot open the
store, the door goes on taking texts in.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.egress.barrier import Barrier, Program
from appliance.folders import SETTINGS_FILE
from appliance.settings.read import read_settings
from storage.errors import NightdeskError
from storage.keys.keyring import public_facts, unlock
from storage.keys.secret import SecretBytes
from ui.admin.ports import open_port
from ui.door.control import DoorHandle, ensure_door
from ui.door.facts import DoorFacts, read_facts, write_facts
from ui.door.start import DoorStarter
from ui.logs import log_to
from ui.only_core import only_core
from ui.uncollected import uncollected

if TYPE_CHECKING:
    from appliance.gateways.keystore import Keystore
    from ui.core import Serving


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
    keystore: "Keystore | None" = None,
) -> Iterator["Serving"]:
    """The whole desk, up while the block runs; `keystore` in the place of the system's."""
    barrier = Barrier()
    with ExitStack() as ends:
        ends.enter_context(only_core(folder))
        log_to(folder / "logs" / "core.log")
        sockets, port = open_port(admin_port)
        for each in sockets:
            ends.callback(each.close)
        # Reading the house takes a second, and so do the key and the door, which need little of it: all at once.
        with uncollected(), ThreadPoolExecutor(thread_name_prefix="start") as beside:
            starting = beside.submit(_door, folder, door_port, barrier)
            keys = (
                None if passphrase is None else beside.submit(unlock, folder, passphrase=passphrase, desk=folder.name)
            )
            from ui.core import core
        door = starting.result()
        # When the store does not open, the door stays up: it needs no key, and the texts do not wait for one.
        unopened = ends.enter_context(ExitStack())
        unopened.callback(door.leave)
        served = ends.enter_context(
            core(folder, door=door, barrier=barrier, sockets=sockets, port=port, keystore=keystore)
        )
        with uncollected():
            served.desk.open_by_itself() if keys is None else served.desk.open_with(keys.result)
        unopened.pop_all()
        ends.callback(door.stop)
        ends.callback(served.desk.close)
        yield served


def _door(folder: Path, port: int, barrier: Barrier) -> DoorHandle:
    settings = read_settings(folder / SETTINGS_FILE).carrier
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
