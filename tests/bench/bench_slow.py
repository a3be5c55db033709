"""How long the carrier waits for its answer at 300 texts a second, while 2,500 attackers hold connections open."""

import contextlib
import multiprocessing
import select
import socket
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.bench_door import HOOK, PUBLIC, TOKEN
from tests.bench.load import Target, signed_request
from tests.bench.our_door import our_door
from tests.bench.process import alone
from tests.bench.rows import Goal, Row
from tests.standins.signed import message_sid

ATTACKERS = 2500
TEXTS_A_SECOND = 300
CONNECTIONS = 32
# The design's figure is over ten minutes; a bench that others wait for shows a slice of it.
SECONDS = 20
NEVER_ENDING = b"POST /hooks/maple/sms HTTP/1.1\r\nHost: desk.example\r\nContent-Length: 60000\r\nX-Slow: "


def rows() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder:
        desk = Path(folder, "desk")
        desk.mkdir()
        with our_door(desk, public_url=PUBLIC, token=TOKEN) as door, _attackers(door.port):
            waits = alone(_texts, door.port)
            kept = door.kept()
    if kept != len(waits):
        raise RuntimeError(f"{len(waits)} texts were answered and {kept} were kept")
    for share, goal in ((0.5, None), (0.99, Goal("figure", "at most", 250))):
        wait = 1000 * waits[min(len(waits) - 1, int(len(waits) * share))]
        yield Row(f"{share:.0%} of texts within, {ATTACKERS} slow attackers", "ms", wait, goal=goal)


def _texts(port: int) -> list[float]:
    """How long each waited from the moment it was due, which counts a server that was late to take it."""
    waits: list[float] = []
    senders = [threading.Thread(target=_send, args=(port, number, waits)) for number in range(CONNECTIONS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return sorted(waits)


def _send(port: int, number: int, waits: list[float]) -> None:
    target = Target(port, HOOK, PUBLIC + HOOK, TOKEN)
    every = CONNECTIONS / TEXTS_A_SECOND
    requests = [
        signed_request(target, sid=message_sid(), sender="+15125550123", body=f"text {turn}")
        for turn in range(int(SECONDS / every))
    ]
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        due = time.perf_counter() + every * number / CONNECTIONS
        for request in requests:
            time.sleep(max(0.0, due - time.perf_counter()))
            line.sendall(request)
            if line.recv(4096)[9:12] != b"200":
                raise RuntimeError("a text was refused")
            waits.append(time.perf_counter() - due)
            due += every


@contextlib.contextmanager
def _attackers(port: int) -> Iterator[None]:
    spawn = multiprocessing.get_context("spawn")
    standing = spawn.Event()
    process = spawn.Process(target=_attack, args=(port, standing), daemon=True)
    process.start()
    try:
        if not standing.wait(60):
            raise TimeoutError("the attackers did not get in")
        yield
    finally:
        process.kill()
        process.join()


def _attack(port: int, standing: "multiprocessing.synchronize.Event") -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    lines = {line.fileno(): line for line in (_attacker(port) for _ in range(ATTACKERS))}
    standing.set()
    watch = select.poll()
    for number in lines:
        watch.register(number, select.POLLIN | select.POLLHUP)
    while True:
        for number, _ in watch.poll(0):  # the door cut this one off: another comes
            watch.unregister(number)
            lines.pop(number).close()
            line = _attacker(port)
            lines[line.fileno()] = line
            watch.register(line.fileno(), select.POLLIN | select.POLLHUP)
        for line in list(lines.values())[:: ATTACKERS // 50]:
            with contextlib.suppress(OSError):
                line.send(b"x")
        time.sleep(0.1)


def _attacker(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port))
    line.setblocking(False)  # noqa: FBT003
    with contextlib.suppress(OSError):
        line.send(NEVER_ENDING)
    return line
