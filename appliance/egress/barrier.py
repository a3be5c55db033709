"""The barrier: a process-wide audit hook that refuses every look-up, connection and program which egress did not open.

It stops mistakes and libraries that phone home. It is not a sandbox: docs/egress.md says what it does not see.
"""

import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from appliance.egress.permission import is_loopback
from appliance.errors import BarrierRefused

FAMILIES: Final = frozenset(
    int(getattr(socket, name)) for name in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_UNSPEC") if hasattr(socket, name)
)
PROGRAM_EVENTS: Final = (
    "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.startfile/2", "os.system", "pty.spawn",
    "subprocess.Popen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lookup:
    """One name may be looked up."""

    host: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One address may be connected to."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Program:
    """One program may be started, named as the caller names it."""

    path: str


@dataclass(frozen=True, slots=True)
class OwnLoopback:
    """Any port of this machine: for a socket pair where the system has none."""


Opening = Lookup | Connection | Program | OwnLoopback
OnRefusal = Callable[[str, str], None]
"""Told the kind (`lookup`, `connect`, `program`, `socket`) and the place, amid the refused call: it must not block."""


class Barrier:
    """What this process may reach. Openings belong to the thread that made them and end with their block."""

    def __init__(self, on_refusal: OnRefusal | None = None) -> None:
        self._on_refusal = on_refusal
        self._mine = threading.local()
        self._loopback_ports: set[int] = set()
        self._installed = False
        self._checks: Mapping[str, Callable[[tuple[Any, ...]], None]] = {
            "socket.__new__": self._socket,
            "socket.getaddrinfo": self._lookup,
            "socket.gethostbyname": self._lookup,
            "socket.gethostbyaddr": self._reverse,
            "socket.getnameinfo": self._reverse,
            "socket.connect": self._connect,
            "socket.sendto": self._connect,
            "socket.sendmsg": self._connect,
            "_winapi.CreateProcess": self._any_program,
            **dict.fromkeys(PROGRAM_EVENTS, self._program),
        }

    def install(self) -> None:
        """Refuse from now on. It cannot be taken back while the process lives."""
        if self._installed:
            return
        self._installed = True
        _refuse_names_before_they_are_looked_up(self._refuse)
        if sys.platform == "win32":
            _let_socket_pairs_be(self)
        sys.addaudithook(self._hook)

    def tell(self, on_refusal: OnRefusal) -> None:
        """Whom to tell of refusals from now on: the desk that was opened."""
        self._on_refusal = on_refusal

    def register_loopback(self, port: int) -> None:
        """A port of ours on this machine: any thread may connect to it."""
        self._loopback_ports.add(port)

    @contextmanager
    def opened(self, opening: Opening) -> Iterator[None]:
        """Within this block, this thread may do exactly this."""
        standing: list[Opening] = self._openings()
        standing.append(opening)
        try:
            yield
        finally:
            standing.remove(opening)

    def _openings(self) -> list[Opening]:
        standing: list[Opening] | None = getattr(self._mine, "openings", None)
        if standing is None:
            standing = self._mine.openings = []
        return standing

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        check = self._checks.get(event)
        if check is not None:
            check(args)

    def _refuse(self, kind: str, place: str) -> None:
        try:
            if self._on_refusal is not None:
                self._on_refusal(kind, place)
        finally:
            raise BarrierRefused(
                f"a {kind} of {place} went round egress and was stopped",
                remedy="nothing left; tell support what was happening at that moment",
            )

    def _socket(self, args: tuple[Any, ...]) -> None:
        _, family, kind, _ = args
        # A raw or packet socket is written to without any further event, so it must not come to be.
        if int(family) not in FAMILIES and int(family) != -1:
            self._refuse("socket", f"family {int(family)}")
        if int(kind) & 0xF == socket.SOCK_RAW:
            self._refuse("socket", "type raw")

    def _lookup(self, args: tuple[Any, ...]) -> None:
        host = _text(args[0])
        # A literal address is only parsed, and the name of this machine's loopback is answered from its own files.
        if host in {"", "localhost"} or _is_literal(host) or Lookup(host) in self._openings():
            return
        self._refuse("lookup", host)

    def _reverse(self, args: tuple[Any, ...]) -> None:
        address = args[0][0] if isinstance(args[0], tuple) else args[0]
        if not is_loopback(_text(address)):
            self._refuse("lookup", _text(address))

    def _connect(self, args: tuple[Any, ...]) -> None:
        made, address = args
        if address is None or _is_local_socket(made):  # no address: it was connected before, and was checked then
            return
        host, port = (_text(address[0]), int(address[1])) if isinstance(address, tuple) else (_text(address), 0)
        standing = self._openings()
        if is_loopback(host) and (port in self._loopback_ports or OwnLoopback() in standing):
            return
        if Connection(host, port) not in standing:
            self._refuse("connect", f"{host} port {port}")

    def _program(self, args: tuple[Any, ...]) -> None:
        path = _text(args[0])
        if Program(path) not in self._openings():
            self._refuse("program", path)

    def _any_program(self, args: tuple[Any, ...]) -> None:
        # Windows starts a program under a second event that names no path; the first has checked it by then.
        if not any(isinstance(opening, Program) for opening in self._openings()):
            self._refuse("program", _text(args[0] or args[1]))


def _refuse_names_before_they_are_looked_up(refuse: OnRefusal) -> None:
    """socket.connect("name", …) asks the resolver before its audit event is raised: a name itself could carry data out.

    So the methods that take an address are given one step more: a name is refused, a literal address goes on to
    the event.
    """

    def guarded(method: str, position: int) -> None:
        original = getattr(socket.socket, method)

        def step(made: socket.socket, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it stands in for any of them
            address = args[position] if args and len(args) > position else None
            if isinstance(address, tuple) and address and not _is_local_socket(made):
                host = _text(address[0])
                if host not in {"", "<broadcast>", "localhost"} and not _is_literal(host):
                    refuse("lookup", host)
            return original(made, *args, **kwargs)

        step.__name__ = method
        setattr(socket.socket, method, step)

    for method, position in (("connect", 0), ("connect_ex", 0), ("bind", 0), ("sendto", -1), ("sendmsg", 3)):
        guarded(method, position)


def _let_socket_pairs_be(barrier: Barrier) -> None:
    """On Windows a socket pair is made by connecting to oneself over loopback, on a port nobody could register."""
    original = socket.socketpair

    def socketpair(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it stands in for the original
        with barrier.opened(OwnLoopback()):
            return original(*args, **kwargs)

    socket.socketpair = socketpair


def _is_local_socket(made: socket.socket) -> bool:
    return hasattr(socket, "AF_UNIX") and made.family == socket.AF_UNIX


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _text(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    return "" if value is None else str(value)
