"""`python -m ui.door --desk-folder DIR`: starts the door of one desk, which runs until it is told to stop."""

import argparse
import errno
import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import filelock

from storage.errors import AlreadyRunningError, NightdeskError
from ui.channel import write_new_key
from ui.door.facts import DoorFacts, read_facts
from ui.door.files import DoorUp, key_path, lock_path, log_path, write_up
from ui.door.house import House
from ui.door.log import start_log
from ui.door.server import CONNECTIONS

_LOG = logging.getLogger("door")
# What is open beside the carrier's connections: log, spool, lock, core, pipes.
_OTHER_FILES = 100


class DoorPortError(NightdeskError):
    """The port cannot be listened on."""

    code = "door-port"


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    options = _options(arguments)
    folder: Path = options.desk_folder
    try:
        facts = read_facts(folder)
        lock = filelock.FileLock(lock_path(folder))
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise AlreadyRunningError("a door of this desk is running already") from None
        with lock:
            _run(folder, facts, options.port if options.port is not None else facts.port, options.release)
    except NightdeskError as error:
        sys.stderr.write(f"{error.code}: {error.sentence}\n{error.remedy}\n")
        return error.exit_code
    return 0


def _run(folder: Path, facts: DoorFacts, port: int, release: str) -> None:
    start_log(log_path(folder))
    key_path(folder).parent.mkdir(mode=0o700, exist_ok=True)
    house = _open(folder, facts, port)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: house.server.stop())
    signal.signal(signal.SIGINT, _ignore)
    write_up(folder, DoorUp(os.getpid(), house.port, house.control_port, release))
    _LOG.info("open", extra={"counts": {"port": house.port, "release": release, "pid": os.getpid()}})
    house.run()


def _open(folder: Path, facts: DoorFacts, port: int) -> House:
    try:
        key = write_new_key(key_path(folder))
        return House(folder, facts, port=port, key=key, connections=_most_connections())
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
            raise
        raise DoorPortError(
            f"port {port} is taken by another program or not ours to take",
            remedy="choose another with `--door-port`, and point the tunnel to it",
        ) from None


def _most_connections() -> int:
    """As many as this process may hold; many systems allow 1024 open files at first, and more when asked."""
    if sys.platform == "win32":
        return CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return CONNECTIONS
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(1, most - _OTHER_FILES)


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    """Ctrl-C in the terminal of the core is the core's to handle; the door is told by it."""


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ui.door", description="The public listener of one desk.")
    parser.add_argument("--desk-folder", type=Path, required=True)
    parser.add_argument("--port", type=int, help="instead of the one in door.json")
    parser.add_argument("--release", default="", help="what the core calls this release")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
