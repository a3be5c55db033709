"""What the stand-ins share: an HTTP server on loopback in a thread, and a main that runs one as a process."""

import argparse
import json
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Server(ThreadingHTTPServer):
    """Loopback only; threads die with the process; says nothing about connections that clients break."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError | ssl.SSLError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """Reads a body, answers JSON, keeps quiet."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        self.answer_bytes(status, json.dumps(value).encode(), headers)

    def answer_bytes(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def hang_up(self) -> None:
        """Close without an answer."""
        self.close_connection = True


class StandIn:
    """A server that runs while its block does."""

    def __init__(self, handler: type[Handler], *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        # The handler finds its stand-in on the class, since the server makes one handler a request.
        bound = type(handler.__name__, (handler,), {"standin": self})
        self._server = Server(("127.0.0.1", port), bound)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._scheme = "http" if tls is None else "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def run(make: Callable[[argparse.Namespace], StandIn], parser: argparse.ArgumentParser) -> None:
    """Serve until standard input ends; the first line on standard output says where."""
    parser.add_argument("--port", type=int, default=0)
    with make(parser.parse_args()) as standin:
        print(json.dumps({"ready": True, "port": standin.port, "url": standin.url}), flush=True)
        sys.stdin.buffer.read()
