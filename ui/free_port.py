"""A port of this machine that nobody listens on."""

import socket


def free_port(wanted: int) -> int:
    """`wanted` if it is free, else one of the system's choosing."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port of this machine is free")
