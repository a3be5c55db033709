"""Both ways of waiting for sockets serve the same; the tests run the plain one here too, since Windows has no other."""

import http.client
import socket
import time

import pytest

from tests.ui.door.in_process import a_server
from ui.door import server
from ui.door.watch import EpollWatch, PlainWatch

REQUEST = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(params=[PlainWatch, EpollWatch], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "new_watch", request.param)


def test_many_requests_on_one_connection_are_answered() -> None:
    with a_server() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        for _ in range(50):
            connection.request("POST", "/nowhere", b"x" * 1000)
            assert connection.getresponse().read() == b""
        connection.close()


def test_requests_sent_ahead_are_answered_in_turn() -> None:
    with a_server() as port, socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(REQUEST * 20)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while more := line.recv(65536):
            heard += more

    assert heard.count(b"HTTP/1.1 404") == 20


def test_a_client_that_reads_nothing_does_not_stop_the_others() -> None:
    with a_server() as port, socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", port))
        deaf.settimeout(0)
        sent = 0
        try:
            while sent < 4_000_000:
                sent += deaf.send(REQUEST * 100)
        except BlockingIOError:
            pass
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(REQUEST)
            assert line.recv(100).startswith(b"HTTP/1.1 404")
        assert time.monotonic() - began < 3


def test_beyond_the_limit_of_connections_slow_ones_are_cut_sooner_and_new_ones_get_in() -> None:
    with a_server(limit=22) as port:
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        for line in slow:
            line.sendall(b"GET /")
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=15) as line:
            line.sendall(REQUEST)
            assert line.recv(100).startswith(b"HTTP/1.1 404")
        assert time.monotonic() - began < 12
        for line in slow:
            line.close()


def test_a_connection_that_breaks_off_hurts_nobody() -> None:
    with a_server() as port:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                line.sendall(REQUEST * 3)
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(REQUEST)
            assert line.recv(100).startswith(b"HTTP/1.1 404")
