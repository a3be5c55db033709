"""Waits for sockets. With epoll a round costs what has happened, not how many connections stand open: thousands of
attackers who say nothing cost nothing. Where there is no epoll, waitress's own poll or select does it.
"""

import select
from typing import Any, Protocol

from waitress import wasyncore

Map = dict[int, Any]


class Watch(Protocol):
    """Told which sockets there are; a closed one needs no word if its number was forgotten first."""

    def poll(self, timeout: float, sockets: Map) -> None:
        """Wait until something happens, or `timeout` seconds, and have it handled."""

    def add(self, descriptor: int) -> None: ...

    def forget(self, descriptor: int) -> None: ...

    def look_again(self, descriptor: int, socket: Any) -> None:  # noqa: ANN401
        """What this socket waits for may have changed."""


def new_watch() -> Watch:
    return EpollWatch() if hasattr(select, "epoll") else PlainWatch()


class PlainWatch:
    """Asks every socket what it waits for in every round."""

    def poll(self, timeout: float, sockets: Map) -> None:
        (wasyncore.poll2 if hasattr(select, "poll") else wasyncore.poll)(timeout, sockets)

    def add(self, descriptor: int) -> None:
        pass

    def forget(self, descriptor: int) -> None:
        pass

    def look_again(self, descriptor: int, socket: Any) -> None:  # noqa: ANN401
        pass


class EpollWatch:
    """Remembers what each socket waits for. One that must not be read now is let be until it has something to say."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._wanted: dict[int, int] = {}

    def poll(self, timeout: float, sockets: Map) -> None:
        for descriptor, happened in self._epoll.poll(timeout):
            socket = sockets.get(descriptor)
            if socket is None:
                continue  # closed by what was handled a moment ago
            if happened & select.EPOLLIN and not socket.readable():
                self._want(descriptor, self._wanted[descriptor] & ~select.EPOLLIN)
                wasyncore.readwrite(socket, happened & ~select.EPOLLIN)
            else:
                wasyncore.readwrite(socket, happened)
            if happened & select.EPOLLOUT or socket.writable():
                self.look_again(descriptor, socket)

    def add(self, descriptor: int) -> None:
        self._wanted[descriptor] = select.EPOLLIN
        self._epoll.register(descriptor, select.EPOLLIN)

    def forget(self, descriptor: int) -> None:
        if self._wanted.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)

    def look_again(self, descriptor: int, socket: Any) -> None:  # noqa: ANN401
        if descriptor in self._wanted:
            writes = select.EPOLLOUT if socket.writable() and not socket.accepting else 0
            reads = select.EPOLLIN if socket.readable() else 0
            self._want(descriptor, reads | writes)

    def _want(self, descriptor: int, wanted: int) -> None:
        if self._wanted[descriptor] != wanted:
            self._wanted[descriptor] = wanted
            self._epoll.modify(descriptor, wanted)
