"""The admin pages' sockets: on the loopback only, on both address families under one port."""

import errno
import socket
import sys
from typing import ClassVar, Final

from storage.errors import NightdeskError

DEFAULT_PORT: Final = 8400
_BACKLOG: Final = 128


class PortTakenError(NightdeskError):
    """Another program listens there."""

    code: ClassVar[str] = "port-taken"


def open_port(port: int = DEFAULT_PORT) -> tuple[list[socket.socket], int]:
    """Listening sockets on 127.0.0.1, and on ::1 where there is one. Port 0 takes any. Raises PortTakenError."""
    first = _listen(socket.AF_INET, "127.0.0.1", port)
    port = first.getsockname()[1]
    sockets = [first]
    if socket.has_ipv6:
        try:
            sockets.append(_listen(socket.AF_INET6, "::1", port))
        except PortTakenError:
            first.close()
            raise
        except OSError:  # a machine without an IPv6 loopback
            return sockets, port
    return sockets, port


def _listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # Elsewhere another program could take the same port away from under us.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
        # At once: two sockets may share a bound address until one of them listens.
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        if _is_taken(error):
            raise PortTakenError(
                f"Port {port} on this machine is taken by another program.",
                remedy="Close it, or choose another port with --admin-port.",
            ) from None
        raise
    sock.setblocking(False)  # noqa: FBT003 - the socket takes no name for it
    return sock


def _is_taken(error: OSError) -> bool:
    return error.errno in (errno.EADDRINUSE, errno.EACCES)
