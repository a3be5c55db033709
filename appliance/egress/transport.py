"""HTTP through egress: each request is checked whole before anything opens, each answer is read whole within bounds."""

import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import httpcore2
import httpx2

from appliance.egress.barrier import Barrier
from appliance.egress.dial import dial
from appliance.egress.passage import Departing, Leaving
from appliance.egress.permission import Purpose, destination
from appliance.egress.ways import kept_headers


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and connections that one service may take. What is over them fails; it never waits for ever."""

    connect: float = 5.0
    read: float = 15.0
    whole_answer: float = 30.0
    answer_bytes: int = 4 * 1024 * 1024
    connections: int = 4

    def timeout(self) -> httpx2.Timeout:
        """As the client wants it."""
        return httpx2.Timeout(connect=self.connect, read=self.read, write=self.read, pool=self.connect)


class EgressTransport(httpx2.BaseTransport):
    """The transport of every client that egress hands out. It is cheap until something leaves."""

    def __init__(
        self,
        purpose: Purpose,
        *,
        departing: Departing,
        barrier: Barrier,
        trust: Callable[[], ssl.SSLContext],
        limits: Limits,
    ) -> None:
        self._purpose = purpose
        self._departing = departing
        self._barrier = barrier
        self._trust = trust
        self._limits = limits

    @cached_property
    def _wire(self) -> "_Wire":
        return _Wire(self._barrier, self._trust(), self._limits)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        leaving = Leaving(
            purpose=self._purpose,
            to=destination(str(request.url)),
            method=request.method,
            target=request.url.raw_path.decode("ascii"),
            body=request.read(),
        )
        with self._departing(leaving) as passage:
            until = time.monotonic() + self._limits.whole_answer
            extensions = {**request.extensions, "trace": passage.trace}
            sent = httpx2.Request(
                request.method,
                request.url,
                headers=kept_headers(request.headers.raw),
                content=leaving.body,
                extensions=extensions,
            )
            answer = self._wire.handle_request(sent)
            try:
                body = self._whole(answer, until)
            finally:
                answer.close()
            passage.arrived(answer.status_code, len(body))
        return httpx2.Response(answer.status_code, headers=answer.headers, content=body, request=request)

    def _whole(self, answer: httpx2.Response, until: float) -> bytes:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise httpx2.DecodingError("the answer is packed, though nobody asked for that")
        body = bytearray()
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > self._limits.answer_bytes:
                raise httpx2.ReadError("the answer is larger than this service may give")
            if time.monotonic() > until:
                raise httpx2.ReadTimeout("the answer took too long as a whole")
        return bytes(body)


class _Wire(httpx2.HTTPTransport):
    """What sends the bytes."""

    def __init__(self, barrier: Barrier, trust: ssl.SSLContext, limits: Limits) -> None:
        super().__init__(verify=trust, trust_env=False)
        # The parent takes no network backend, so its pool is replaced by one that dials through the barrier. No
        # connection is kept: one that died while idle would turn a sure failure into an unknown outcome.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trust,
            max_connections=limits.connections,
            max_keepalive_connections=0,
            network_backend=_Dialler(barrier),
        )


class _Dialler(httpcore2.NetworkBackend):
    """Connects for the pool through the barrier; the pool then puts TLS on it, for the host it asked for."""

    def __init__(self, barrier: Barrier) -> None:
        self._barrier = barrier
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        def connect(address: str) -> httpcore2.NetworkStream:
            return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)

        failures = (httpcore2.ConnectError, httpcore2.ConnectTimeout)
        try:
            return dial(host, port, barrier=self._barrier, connect=connect, failures=failures)
        except OSError as unknown:  # the name has no address, or cannot be looked up
            raise httpcore2.ConnectError(str(unknown)) from unknown
