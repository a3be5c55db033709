"""The door under load: killed in the middle of it, and with attackers who never finish what they say."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.standins.doors import OpenDoor, open_door
from tests.standins.signed import message_sid, sms
from tests.ui.door.in_process import a_server


def keep_texting(door: OpenDoor, acknowledged: list[str], stop: threading.Event) -> None:
    while not stop.is_set():
        sid = message_sid()
        try:
            if door.carrier.text(f"text {sid}", sid=sid).status == 200:
                acknowledged.append(sid)
        except OSError:
            time.sleep(0.01)


def test_no_acknowledged_text_is_lost_when_the_door_is_killed_again_and_again(tmp_path: Path) -> None:
    door = open_door(tmp_path)
    acknowledged: list[str] = []
    stop = threading.Event()
    senders = [threading.Thread(target=keep_texting, args=(door, acknowledged, stop)) for _ in range(8)]
    for sender in senders:
        sender.start()

    for _ in range(4):
        killed, had = door.handle.pid, len(acknowledged)
        while len(acknowledged) < had + 40:
            time.sleep(0.01)
        os.kill(killed, signal.SIGKILL)
        while door.handle.pid == killed:
            time.sleep(0.01)
    stop.set()
    for sender in senders:
        sender.join()
    door.handle.stop()

    kept = [letter.value("MessageSid") for letter in door.letters()]
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(kept)


def test_slow_attackers_do_not_keep_texts_out(door: OpenDoor) -> None:
    head = b"POST /hooks/maple/sms HTTP/1.1\r\nHost: desk.example\r\nContent-Length: 60000\r\n"
    lines = [socket.create_connection(("127.0.0.1", door.handle.port)) for _ in range(300)]
    try:
        waits = []
        for turn in range(10):
            for number, line in enumerate(lines):
                line.sendall(head if turn == 0 else b"X" if number % 2 else b"\r\n"[:1] if turn == 1 else b"")
            began = time.monotonic()
            assert door.carrier.text("let me in").status == 200
            waits.append(time.monotonic() - began)
        assert max(waits) < 2
    finally:
        for line in lines:
            line.close()


def test_a_flood_of_unsigned_texts_does_not_keep_signed_ones_out(door: OpenDoor) -> None:
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            assert door.carrier.post(sms("flood"), signature="A" * 27 + "=").status == 403

    flooding = [threading.Thread(target=flood) for _ in range(6)]
    for thread in flooding:
        thread.start()
    try:
        assert [door.carrier.text("let me in").status for _ in range(30)] == [200] * 30
    finally:
        stop.set()
        for thread in flooding:
            thread.join()


def test_a_request_that_trickles_in_is_cut_off_in_time(tmp_path: Path) -> None:
    with a_server(patience=1.0) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(10)
        began = time.monotonic()
        line.sendall(b"POST /hooks/maple/sms HTTP/1.1\r\n")
        threading.Thread(target=_trickle, args=(line,), daemon=True).start()
        assert line.recv(100) == b""
        assert time.monotonic() - began < 5


def test_a_silent_connection_is_closed_in_time_though_the_clock_was_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = time.time
    with a_server(patience=1.0) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(10)
        line.sendall(b"POST /hooks/maple/sms HTTP/1.1\r\nHost: desk\r\nContent-Length: 0\r\n\r\n")
        assert line.recv(5000)
        monkeypatch.setattr(time, "time", lambda: told() - 100 * 24 * 60 * 60)

        assert line.recv(100) == b""


def _trickle(line: socket.socket) -> None:
    try:
        while True:
            line.sendall(b"X")
            time.sleep(0.1)
    except OSError:
        return
