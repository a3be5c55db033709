"""What core and door say to one another: small JSON messages over a loopback connection that both ends authenticate.

Never pickle: only bytes are sent and received. The key is 32 random bytes in a file that only the owner can read.
"""

import contextlib
import hmac
import json
import secrets
import socket
import threading
from collections.abc import Mapping
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from storage.errors import NightdeskError

HOST = "127.0.0.1"
_MAX_MESSAGE = 64 * 1024
_KEY_BYTES = 32
_NONCE_BYTES = 32
_GREETING_S = 5.0
_DOOR, _CORE = b"door", b"core"

Message = Mapping[str, Any]


class ChannelError(NightdeskError):
    """The other end cannot be reached, is somebody else, or does not speak as agreed."""

    code = "channel"


class Channel:
    """One end. One thread may hear while others tell."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._telling = threading.Lock()

    def tell(self, message: Message) -> None:
        """Raises ChannelError where nobody listens any more."""
        try:
            with self._telling:
                self._connection.send_bytes(json.dumps(message).encode())
        except (OSError, ValueError):
            raise ChannelError("the other process does not listen") from None

    def hear(self, timeout: float | None = None) -> Message | None:
        """The next message, or None after `timeout` seconds. Raises ChannelError at the end of the connection."""
        try:
            if timeout is not None and not self._connection.poll(timeout):
                return None
            message = json.loads(self._connection.recv_bytes(_MAX_MESSAGE))
        except (OSError, EOFError, ValueError):
            raise ChannelError("the other process has gone") from None
        if not isinstance(message, dict):
            raise ChannelError("the other process sent no message")
        return message

    def hang_up(self) -> None:
        """End the connection while another thread hears: that one gets ChannelError. Then `close`."""
        try:
            end = socket.fromfd(self._connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        except OSError:
            return
        with end, contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._connection.close()


class Doorstep:
    """Where the door waits for the core: a loopback port of the system's choosing."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._listener = Listener((HOST, 0), backlog=4)

    @property
    def port(self) -> int:
        return int(self._listener.address[1])

    def wait(self) -> Connection:
        """The next caller, not yet known. Raises OSError once closed."""
        return self._listener.accept()

    def know(self, connection: Connection) -> Channel:
        """The caller, who has proven the key; and so have we. Raises ChannelError."""
        return _greet(connection, self._key, own=_DOOR, other=_CORE)

    def change_key(self, key: bytes) -> None:
        """Who calls from now on must know this one; who was let in stays."""
        self._key = key

    def close(self) -> None:
        self._listener.close()


def call(port: int, key: bytes) -> Channel:
    """Connect to the process that waits at `port`. Raises ChannelError."""
    try:
        connection = Client((HOST, port))
    except OSError:
        raise ChannelError(f"nobody answers at port {port} of this machine") from None
    return _greet(connection, key, own=_CORE, other=_DOOR)


def _greet(connection: Connection, key: bytes, *, own: bytes, other: bytes) -> Channel:
    """Both ends show that they know the key; the roles in the proofs keep one from being sent back as the other."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    try:
        connection.send_bytes(nonce)
        heard = _receive(connection)
        connection.send_bytes(_proof(key, own, nonce, heard))
        known = hmac.compare_digest(_receive(connection), _proof(key, other, heard, nonce))
    except (OSError, EOFError):
        known = False
    if not known:
        connection.close()
        raise ChannelError("the other end of the channel did not show that it knows the key")
    return Channel(connection)


def _receive(connection: Connection) -> bytes:
    # A caller who says nothing must not keep the place of one who would.
    if not connection.poll(_GREETING_S):
        raise EOFError
    return connection.recv_bytes(_NONCE_BYTES)


def _proof(key: bytes, role: bytes, own: bytes, other: bytes) -> bytes:
    return hmac.digest(key, role + own + other, "sha256")


def write_new_key(path: Path) -> bytes:
    """A fresh key in a file of its own, readable by its owner only."""
    key = secrets.token_bytes(_KEY_BYTES)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600, exist_ok=False)
    fresh.write_bytes(key)
    # In one step: whoever reads it meanwhile has the old key or the new one, never none.
    fresh.replace(path)
    return key


def read_key(path: Path) -> bytes:
    """Raises ChannelError where there is none."""
    try:
        return path.read_bytes()
    except OSError:
        raise ChannelError("there is no key of the channel") from None
