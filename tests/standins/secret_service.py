"""A real Secret Service: gnome-keyring-daemon on a message bus of its own, with nothing of the real user's in it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""


@contextmanager
def secret_service(folder: Path) -> Iterator[dict[str, str]]:
    """What to put into the environment so that this Secret Service is found; it ends with the block."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    config, socket = folder / "bus.conf", folder / "bus"
    config.write_text(_BUS.format(socket=socket))
    environment = os.environ | {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={socket}",
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
    }
    bus = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert bus.stdout is not None
    bus.stdout.readline()  # it listens once it has said where
    # In the foreground, so that it is ours to end; it has its name on the bus once it has told its socket.
    keeper = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    keeper.stdin.write(b"a login password")
    keeper.stdin.close()
    keeper.stdout.readline()
    try:
        yield {"DBUS_SESSION_BUS_ADDRESS": environment["DBUS_SESSION_BUS_ADDRESS"]}
    finally:
        for process in (keeper, bus):
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            process.wait(10)
            assert process.stdout is not None
            process.stdout.close()
