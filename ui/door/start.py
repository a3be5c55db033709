"""Starts the door's process, or finds the one that a core before us left running."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from storage.errors import NightdeskError
from ui.channel import Channel, ChannelError, call, read_key
from ui.door.files import DoorUp, key_path, lock_path, log_path, read_up

_START_S = 20.0
_STOP_S = 8.0
_LOOK_S = 0.02
_HOUSE = Path(__file__).resolve().parents[2]


class DoorError(NightdeskError):
    """The door does not start or does not answer. `code` is what the door itself gave, where it said why."""

    code = "door"


@dataclass(slots=True)
class RunningDoor:
    """A door that answered. `process` where it is a child of ours."""

    up: DoorUp
    channel: Channel
    process: "subprocess.Popen[bytes] | None"

    def let_go(self) -> None:
        """It goes on without us, on purpose: so the child is not waited for, and nothing warns of that."""
        if self.process is not None:
            self.process.returncode = 0


def _nothing(_: Any) -> None:  # noqa: ANN401
    return None


def _freely(_: str) -> AbstractContextManager[Any]:
    return nullcontext()


class DoorStarter:
    """`may_connect` and `may_start` tell the barrier of this process what is about to happen."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        release: str,
        command: Sequence[str] = (sys.executable, "-m", "ui.door"),
        may_connect: Callable[[int], None] = _nothing,
        may_start: Callable[[str], AbstractContextManager[Any]] = _freely,
    ) -> None:
        self._folder = folder
        self._port = port
        self._release = release
        self._command = tuple(command)
        self._may_connect = may_connect
        self._may_start = may_start

    def adopt_or_start(self, before: RunningDoor | None = None) -> RunningDoor:
        """Raises DoorError. After `before`, a door that died, the tunnel still points to its port."""
        if before is not None:
            self._port = before.up.port
            if before.process is not None:
                before.process.poll()  # so that no dead child is left lying
        if self._is_locked():
            running = self._adopt()
            if running is not None:
                return running
        return self._start()

    def wait_until_gone(self, running: RunningDoor) -> None:
        """Until the door has let go of its desk. One of ours that does not end is killed. Raises DoorError."""
        if running.process is not None:
            try:
                running.process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
        if not _until(lambda: not self._is_locked(), _STOP_S):
            raise DoorError("the door does not end", remedy=f"end the process {running.up.pid} by hand")

    def _adopt(self) -> RunningDoor | None:
        """The running door if it is of our kind. Another is asked to end."""
        channel, up = self._reach()
        if channel is None or up is None:
            # It may have ended in this very moment.
            if self._is_locked():
                raise DoorError("a door of this desk runs and does not answer", remedy="end that process by hand")
            return None
        running = RunningDoor(up, channel, None)
        if up.release == self._release and self._port in {0, up.port}:
            return running
        channel.tell({"do": "stop"})
        self.wait_until_gone(running)
        channel.close()
        return None

    def _reach(self) -> tuple[Channel | None, DoorUp | None]:
        """A door that holds its lock may not have come to its doorstep yet."""
        end = time.monotonic() + _START_S / 2
        while time.monotonic() < end and self._is_locked():
            up = read_up(self._folder)
            channel = self._call(up)
            if channel is not None:
                return channel, up
            time.sleep(_LOOK_S)
        return None, None

    def _start(self) -> RunningDoor:
        errors = log_path(self._folder).with_suffix(".err")
        errors.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [*self._command, "--desk-folder", str(self._folder.resolve()), "--port", str(self._port)]
        with errors.open("wb") as stderr, self._may_start(command[0]):
            process = subprocess.Popen(  # noqa: S603 - our own program
                [*command, "--release", self._release],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=_HOUSE,
                # A session of its own: what kills or interrupts the core leaves the door standing.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            up = read_up(self._folder)
            channel = self._call(up) if up is not None and up.pid == process.pid else None
            if channel is not None and up is not None:
                return RunningDoor(up, channel, process)
            if process.poll() is not None:
                raise _told(errors, process.returncode)
            time.sleep(_LOOK_S)
        process.kill()
        process.wait()
        raise DoorError("the door did not open in time", remedy="see logs/door.log of the desk")

    def _call(self, up: DoorUp | None) -> Channel | None:
        if up is None:
            return None
        self._may_connect(up.control_port)
        try:
            return call(up.control_port, read_key(key_path(self._folder)))
        except ChannelError:
            return None

    def _is_locked(self) -> bool:
        if not lock_path(self._folder).exists():
            return False
        lock = filelock.FileLock(lock_path(self._folder))
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return True
        lock.release()
        return False


def _told(errors: Path, exit_code: int) -> DoorError:
    """What the door said before it ended."""
    code, _, rest = errors.read_text(encoding="utf-8", errors="replace").partition(": ")
    sentence, _, remedy = rest.partition("\n")
    if not sentence or not code.replace("-", "").isalpha():
        return DoorError(f"the door ended with exit code {exit_code}", remedy=f"see logs/{errors.name} of the desk")
    error = DoorError(sentence, remedy=remedy.strip())
    error.code = code  # type: ignore[misc]  # the door's own code, of the same tree
    error.exit_code = exit_code  # type: ignore[misc]
    return error


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(_LOOK_S)
    return condition()
