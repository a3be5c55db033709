"""The door's HTTP server: waitress's sockets and buffers, but one thread, and requests are answered in rounds.

All requests that have arrived are handed on together, so that one fsync serves them all. Handing each one to a thread
of its own and back costs three times what it takes to answer it, and the threads would only wait for the same disk:
docs/decisions/0004-door-rounds.md.
"""

import errno
import gc
import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from ui.door.requests import StrictRequest
from ui.door.watch import Map, new_watch

# A round holds this many requests at most, so that what one round keeps in memory is bounded.
ROUND = 256
_ACCEPTED_A_ROUND = 64
_HAS_POLL = hasattr(select, "poll")
# Without poll (on Windows) select takes 512 at most.
CONNECTIONS = 3000 if _HAS_POLL else 450
_TICK_S = 0.5
# How long a request may take to arrive, however it trickles; and how long when no connection is left for others.
_PATIENCE_S = 20.0
_SHORT_PATIENCE_S = 2.0
_FAREWELL_S = 3.0
_CLEANUP_S = 1
# How long nobody is let in after the system had no descriptor or memory for one more connection.
_BREATH_S = 1.0
_SHORT_OF: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

# An answer for each request, in their order; None where `deliver` will bring it.
Answerer = Callable[[Sequence[StrictRequest]], Sequence[bytes | None]]
Delivered = list[tuple[StrictRequest, bytes]]


class _AnswerTask:
    """What the channel runs for a request: its answer is ready, so it is sent."""

    wrote_header = True

    def __init__(self, channel: HTTPChannel, request: StrictRequest) -> None:
        self._channel = channel
        self.request = request
        self.close_on_finish = closes(request)

    def service(self) -> None:
        self._channel.write_soon(self.request.answer)


class _Channel(HTTPChannel):
    parser_class = StrictRequest
    task_class = _AnswerTask
    error_task_class = _AnswerTask

    def add_channel(self, map: Map | None = None) -> None:  # noqa: A002 - waitress's name
        super().add_channel(map)
        self.server.watch.add(self._fileno)

    def del_channel(self, map: Map | None = None) -> None:  # noqa: A002 - likewise
        self.server.watch.forget(self._fileno)
        super().del_channel(map)


class _Round:
    """Stands where waitress keeps its threads: gathers the channels whose next request is complete."""

    def __init__(self) -> None:
        self._channels: list[HTTPChannel] = []

    def add_task(self, channel: HTTPChannel) -> None:
        self._channels.append(channel)

    def take(self) -> list[HTTPChannel]:
        taken, self._channels = self._channels[:ROUND], self._channels[ROUND:]
        return [channel for channel in taken if channel.requests]

    def shutdown(self) -> None:
        self._channels.clear()


class DoorServer(TcpWSGIServer):
    """Listens on loopback: the tunnel ends there. Raises OSError where the port is taken."""

    channel_class = _Channel
    next_channel_cleanup: float

    def __init__(
        self,
        answerer: Answerer,
        *,
        port: int,
        tick: Callable[[], None],
        host: str = "127.0.0.1",
        patience: float = _PATIENCE_S,
        limit: int = CONNECTIONS,
    ) -> None:
        self.watch = new_watch()
        self._answerer = answerer
        self._patience = patience
        self._tick = tick
        self._round = _Round()
        self._stopping = False
        self._knocked = False
        self._short_until = 0.0
        self._delivered: deque[Delivered] = deque()
        super().__init__(
            None,
            dispatcher=self._round,
            host=host,
            port=port,
            ident=None,
            connection_limit=limit,
            cleanup_interval=_CLEANUP_S,
            # waitress refuses what reaches these; so one more than the longest body that is taken.
            max_request_body_size=64 * 1024 + 1,
            max_request_header_size=16 * 1024,
            inbuf_overflow=128 * 1024,
            log_socket_errors=False,
        )

    def stop(self) -> None:
        """Finish what has arrived and return from `run`. May be called by a signal handler or another thread."""
        self._stopping = True
        self.trigger.pull_trigger()

    def deliver(self, answers: Delivered) -> None:
        """Bring the answers to requests that were given none at once. May be called by another thread."""
        self._delivered.append(answers)
        self.trigger.pull_trigger()

    def run(self) -> None:
        """Serve until `stop`."""
        # Requests leave no cycles behind. Looking for some every 700 objects would cost a tenth of the time.
        gc.freeze()
        gc.set_threshold(50_000)
        for descriptor in self._map:
            self.watch.add(descriptor)
        next_tick = 0.0
        while not self._stopping:
            # Does waitress's maintenance, and stops accepting while there are too many connections.
            self.watch.look_again(self._fileno, self)
            self.watch.poll(_TICK_S, self._map)
            if self._knocked:
                self._let_in()
            self._answer_rounds()
            if (now := time.monotonic()) >= next_tick:
                self._tick()
                next_tick = now + _TICK_S
        self._say_farewell()

    def _say_farewell(self) -> None:
        self.watch.forget(self._fileno)
        self.del_channel()
        self.socket.close()
        end = time.monotonic() + _FAREWELL_S
        while time.monotonic() < end and any(map(_unfinished, self.active_channels.values())):
            self.watch.poll(0.05, self._map)
            self._answer_rounds()
        wasyncore.close_all(self._map, ignore_all=True)

    def _answer_rounds(self) -> None:
        while self._delivered:
            for request, late in self._delivered.popleft():
                self._send(request.channel, request, late)
        while channels := self._round.take():
            requests = [channel.requests[0] for channel in channels]
            for channel, request, answer in zip(channels, requests, self._answerer(requests), strict=True):
                if answer is None:
                    request.channel = channel
                else:
                    self._send(channel, request, answer)

    def _send(self, channel: HTTPChannel, request: StrictRequest, answer: bytes) -> None:
        descriptor = channel._fileno  # noqa: SLF001 - None once it is closed
        request.answer = answer
        channel.service()
        self.watch.look_again(descriptor, channel)

    def pull_trigger(self) -> None:
        """Called by waitress where another thread must wake this one. Its channels are served in this one."""

    def handle_accept(self) -> None:
        # Not at once: whoever was closed in this round left a number, and what was still to be handled for that number
        # would be handled for the one let in.
        self._knocked = True

    def _let_in(self) -> None:
        self._knocked = False
        for _ in range(_ACCEPTED_A_ROUND):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                return

    def accept(self) -> Any:  # noqa: ANN401 - waitress's
        try:
            return super().accept()
        except OSError as error:
            if error.errno in _SHORT_OF:
                self._short_until = time.monotonic() + _BREATH_S
            raise

    def readable(self) -> bool:
        # waitress looks after its connections by the clock that people set: set back, it would let them all be.
        if self.next_channel_cleanup > time.time() + _CLEANUP_S:
            self.next_channel_cleanup = 0
        # Whoever waits outside would else wake this thread again and again for nothing.
        return bool(super().readable()) and time.monotonic() >= self._short_until

    def maintenance(self, now: float) -> None:
        """Close connections that have been silent for long, and requests that take too long to arrive."""
        short = self.in_connection_overflow or time.monotonic() < self._short_until + 2 * _BREATH_S
        patience = _SHORT_PATIENCE_S if short else self._patience
        for channel in list(self.active_channels.values()):
            silent = not now - patience <= channel.last_activity <= now + _CLEANUP_S
            if not channel.requests and (silent or _is_late(channel, patience)):
                channel.handle_close()


def closes(request: StrictRequest) -> bool:
    """Whether the connection ends with this request."""
    return request.error is not None or request.connection_close


def _is_late(channel: HTTPChannel, patience: float) -> bool:
    # waitress asks for any activity; one byte every few seconds would hold a connection for ever.
    return channel.request is not None and bool(channel.request.began < time.monotonic() - patience)


def _unfinished(channel: HTTPChannel) -> bool:
    return bool(channel.requests or channel.request is not None or channel.total_outbufs_len)
