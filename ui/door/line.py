"""The door's end of the line to its core. Tokens live here only as long as the core that handed them is connected."""

import logging
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection

from storage.errors import NightdeskError
from ui.channel import Channel, ChannelError, Doorstep, Message

_LOG = logging.getLogger("door")
# Waking the core for each record would cost more than the record; intake takes what has gathered.
_BETWEEN_WAKES_S = 0.02
_STRANGERS = 8

Verb = Callable[[Message], Message]


class Line:
    """Answers the core's verbs, and wakes it when letters have come. The latest core that calls is the core."""

    def __init__(self, doorstep: Doorstep, verbs: Mapping[str, Verb], *, hung_up: Callable[[], None]) -> None:
        self._doorstep = doorstep
        self._verbs = verbs
        self._hung_up = hung_up
        self._core: Channel | None = None
        self._changing = threading.Lock()
        self._letters = threading.Event()
        self._strangers = threading.BoundedSemaphore(_STRANGERS)

    def start(self) -> None:
        for name, work in (("doorstep", self._receive_callers), ("wake", self._wake_core)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def wake(self) -> None:
        """Letters have come. Costs nothing where the core has not yet been told of the last ones."""
        if not self._letters.is_set():
            self._letters.set()

    def _receive_callers(self) -> None:
        while True:
            try:
                caller = self._doorstep.wait()
            except OSError:
                return
            if self._strangers.acquire(blocking=False):
                threading.Thread(target=self._meet, args=(caller,), name="caller", daemon=True).start()
            else:
                caller.close()

    def _meet(self, caller: Connection) -> None:
        try:
            channel = self._doorstep.know(caller)
        except ChannelError:
            _LOG.warning("a caller did not know the key of the channel")
            return
        finally:
            self._strangers.release()
        with self._changing:
            before, self._core = self._core, channel
            if before is not None:
                self._hung_up()  # whether or not its end was heard: what it told is not the next core's
        if before is not None:
            before.close()
        self._letters.set()
        self._attend(channel)

    def _attend(self, channel: Channel) -> None:
        try:
            while (message := channel.hear()) is not None:
                channel.tell(self._answer(message))
        except ChannelError:
            pass
        finally:
            with self._changing:
                if self._core is channel:
                    self._core = None
                    self._hung_up()
            channel.close()

    def _answer(self, message: Message) -> Message:
        verb = self._verbs.get(str(message.get("do")))
        try:
            return verb(message) if verb else {"event": "refused", "code": "unknown-verb"}
        except NightdeskError as error:
            return {"event": "refused", "code": error.code}

    def _wake_core(self) -> None:
        pause = threading.Event()
        while self._letters.wait():
            self._letters.clear()
            if (core := self._core) is not None:
                try:
                    core.tell({"event": "letters"})
                except ChannelError:
                    continue
            pause.wait(_BETWEEN_WAKES_S)
