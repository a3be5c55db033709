"""Signed texts over many connections at once, and how long each one waited for its answer.

The generator does as little as it can while the clock runs: every request is built and signed before, and it lives in a
process of its own, because it shares the cores with what it measures.
"""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.process import alone
from tests.standins.signed import FORM, sign, sms

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Target:
    """Where the texts go: the port that is spoken to, and the public URL that the carrier signs."""

    port: int
    path: str
    public_url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to: answers other than 200 are counted apart, and a round with any is no figure."""

    seconds: float
    waits: tuple[float, ...]
    refused: int

    @property
    def a_second(self) -> float:
        return len(self.waits) / self.seconds

    def wait_at(self, share: float) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * share))]


def drive(target: Target, *, texts: int, connections: int, label: str) -> Outcome:
    """Sends the texts as fast as they are answered. `label` keeps the ids of rounds apart."""
    return alone(_drive, target, texts, connections, label)


def signed_request(target: Target, *, sid: str, sender: str, body: str) -> bytes:
    """One webhook request as the carrier sends it, signature and all."""
    fields = sms(body, sender=sender, sid=sid)
    form = urlencode(fields).encode()
    head = (
        f"POST {target.path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nContent-Type: {FORM}; charset=UTF-8\r\n"
        f"Content-Length: {len(form)}\r\nX-Twilio-Signature: {sign(target.public_url, fields, target.token)}\r\n"
    )
    return head.encode() + HEAD_END[2:] + form


def _drive(target: Target, texts: int, connections: int, label: str) -> Outcome:
    requests = deque(_request(target, label, number) for number in range(texts))
    return asyncio.run(_all(target.port, requests, connections))


def _request(target: Target, label: str, number: int) -> bytes:
    sid = "SM" + hashlib.md5(f"{label} {number}".encode(), usedforsecurity=False).hexdigest()
    body = f"Hi, this is text {number}. Can I move my cleaning to Thursday afternoon, please?"
    return signed_request(target, sid=sid, sender=f"+1512555{100 + number % 100:04}", body=body)


async def _all(port: int, requests: deque[bytes], connections: int) -> Outcome:
    loop = asyncio.get_running_loop()
    done: list[asyncio.Future[None]] = []
    lines: list[_Line] = []
    for _ in range(connections):
        finished = loop.create_future()
        _, line = await loop.create_connection(lambda finished=finished: _Line(requests, finished), "127.0.0.1", port)  # type: ignore[misc]
        done.append(finished)
        lines.append(line)
    began = time.perf_counter()
    for line in lines:
        line.next()
    await asyncio.gather(*done)
    ended = time.perf_counter()
    waits = tuple(wait for line in lines for wait in line.waits)
    return Outcome(ended - began, waits, sum(line.refused for line in lines))


class _Line(asyncio.Protocol):
    """One kept-alive connection: takes the next request as soon as the last one is answered."""

    def __init__(self, requests: deque[bytes], finished: asyncio.Future[None]) -> None:
        self.waits: list[float] = []
        self.refused = 0
        self._requests, self._finished = requests, finished
        self._heard = b""
        self._asked = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def next(self) -> None:
        if not self._requests:
            self._transport.close()
            return
        self._asked = time.perf_counter()
        self._transport.write(self._requests.popleft())

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, found, body = self._heard.partition(HEAD_END)
        if not found or len(body) < _length(head):
            return
        self._heard = b""
        if head.startswith(b"HTTP/1.1 200"):
            self.waits.append(time.perf_counter() - self._asked)
        else:
            self.refused += 1
        self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._finished.done():
            self._finished.set_result(None)


def _length(head: bytes) -> int:
    lengths: Sequence[bytes] = [
        line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    ]
    return int(lengths[0]) if lengths else 0
