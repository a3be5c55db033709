"""Dialling a permitted place: the barrier is opened for its look-up and then for one address at a time."""

import socket
from collections.abc import Callable
from typing import TypeVar

from appliance.egress.barrier import Barrier, Connection, Lookup
from appliance.egress.permission import is_loopback
from appliance.errors import EgressRefused

Connected = TypeVar("Connected")


def dial(
    host: str,
    port: int,
    *,
    barrier: Barrier,
    connect: Callable[[str], Connected],
    failures: tuple[type[Exception], ...] = (OSError,),
) -> Connected:
    """What `connect` makes of the first address that answers. Raises its last failure, or OSError for no address."""
    failure: Exception = OSError(f"{host} has no address")
    for address in _addresses(host, port, barrier=barrier):
        try:
            with barrier.opened(Connection(address, port)):
                return connect(address)
        except failures as failed:
            failure = failed
    raise failure


def _addresses(host: str, port: int, *, barrier: Barrier) -> tuple[str, ...]:
    with barrier.opened(Lookup(host)):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    # Plain text is allowed to localhost, so localhost must be this machine whatever a resolver says.
    if host == "localhost" and not all(is_loopback(address) for address in addresses):
        raise EgressRefused("plain-text", "localhost does not mean this machine here")
    return addresses
