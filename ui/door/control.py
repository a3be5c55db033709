"""The core's end of the line to the door: finds or starts it, hands it the tokens, starts it again when it dies."""

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.errors import NightdeskError
from ui.channel import Channel, ChannelError, Message
from ui.door.start import DoorStarter, RunningDoor

_REPLY_S = 5.0
_LOOK_S = 10.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0


@dataclass(frozen=True, slots=True)
class DoorStats:
    """Counts since `since`. `failure` names why the door acknowledges nothing more, if so."""

    since: int
    acknowledged: int
    unchecked: int
    refused: dict[str, int]
    tokens: int
    connections: int
    failure: str
    spool_bytes: int
    spool_unchecked: int


def ensure_door(folder: Path, *, port: int, release: str, starter: DoorStarter | None = None) -> "DoorHandle":
    """The door of this desk, up and in reach: one that runs already with this port and release, else a new one.

    `door.json` must be written. Port 0 takes any. Raises DoorError, naming the setting where the port is taken.
    """
    starter = starter or DoorStarter(folder, port=port, release=release)
    return DoorHandle(starter, starter.adopt_or_start())


class DoorHandle:
    """A living door. When it dies it is started again, and told the tokens again, by a thread of this handle."""

    def __init__(self, starter: DoorStarter, running: RunningDoor) -> None:
        self._starter = starter
        self._running = running
        self._tokens: tuple[str, ...] = ()
        self._letters = threading.Event()
        self._letters.set()  # whatever came before we did
        self._replies: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._asking = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._attend, name="door", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._running.up.port

    @property
    def pid(self) -> int:
        return self._running.up.pid

    def hand_tokens(self, tokens: Sequence[str]) -> None:
        """The carrier's current tokens, one or two; none makes the door keep letters unchecked. Raises ChannelError."""
        self._tokens = tuple(tokens)
        self._ask("tokens", "tokens", {"tokens": list(tokens)})

    def reload(self) -> None:
        """Have the door read `door.json` again, after the number, the address or the intake key changed."""
        self._ask("reload", "reloaded", {})

    def begin_segment(self) -> None:
        """Have the door write no more into the files of the spool that are there. Raises ChannelError."""
        self._ask("segment", "segment", {})

    def renew_key(self) -> None:
        """Give the channel another key; this connection stays. Raises ChannelError."""
        self._ask("rekey", "rekeyed", {})

    def wait_for_letters(self, timeout: float) -> bool:
        """True as soon as letters may have come since the last call, False after `timeout` seconds."""
        came = self._letters.wait(timeout)
        if came:
            self._letters.clear()
        return came

    def stats(self) -> DoorStats:
        """Raises ChannelError while the door is away."""
        counts = dict(self._ask("stats", "stats", {}))
        counts.pop("event")
        return DoorStats(**counts)

    def stop(self) -> None:
        """End the door: it finishes what it has accepted."""
        self._leave(telling={"do": "stop"})
        self._starter.wait_until_gone(self._running)

    def leave(self) -> None:
        """Go away and let the door stand, for the next core to adopt."""
        self._leave(telling=None)
        self._running.let_go()

    def _leave(self, *, telling: Message | None) -> None:
        self._closing.set()
        try:
            if telling is not None:
                self._channel.tell(telling)
        except ChannelError:
            pass
        self._channel.hang_up()
        self._thread.join(_REPLY_S)

    @property
    def _channel(self) -> Channel:
        return self._running.channel

    def _ask(self, verb: str, event: str, more: dict[str, Any]) -> Message:
        with self._asking:
            self._channel.tell({"do": verb, **more})
            end = time.monotonic() + _REPLY_S
            while (left := end - time.monotonic()) > 0:
                try:
                    reply = self._replies.get(timeout=left)
                except queue.Empty:
                    break
                if reply.get("event") == event:
                    return reply
                if reply.get("event") == "refused":
                    raise ChannelError(f"the door did not do it: {reply.get('code')}")
        raise ChannelError("the door does not answer")

    def _attend(self) -> None:
        while not self._closing.is_set():
            try:
                self._hear()
            except ChannelError:
                if not self._closing.is_set():
                    self._start_again()
        self._channel.close()

    def _hear(self) -> None:
        message = self._channel.hear(_LOOK_S)
        if message is None:
            self._channel.tell({"do": "stats"})
        elif message.get("event") == "letters":
            self._letters.set()
        else:
            if message.get("failure"):
                # Its disk failed once, so that process keeps no more letters; a fresh one may.
                self._channel.tell({"do": "stop"})
            self._replies.put(message)

    def _start_again(self) -> None:
        pause = _FIRST_PAUSE_S
        self._channel.close()
        while not self._closing.wait(pause):
            try:
                self._running = self._starter.adopt_or_start(self._running)
                self._channel.tell({"do": "tokens", "tokens": list(self._tokens)})
            except (NightdeskError, OSError, MemoryError):
                # A disk that is full or read-only, no descriptor or memory left: that may pass, and this thread is the
                # only one that brings the door back.
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                self._letters.set()
                return
