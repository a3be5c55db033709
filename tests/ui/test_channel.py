import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui import channel
from ui.channel import Channel, ChannelError, Doorstep, call, read_key, write_new_key

KEY = b"k" * 32


@pytest.fixture
def doorstep() -> Iterator[Doorstep]:
    opened = Doorstep(KEY)
    yield opened
    opened.close()


def meet(doorstep: Doorstep, met: list[Channel]) -> threading.Thread:
    def attend() -> None:
        try:
            met.append(doorstep.know(doorstep.wait()))
        except ChannelError:
            return

    thread = threading.Thread(target=attend)
    thread.start()
    return thread


def test_messages_go_both_ways_as_json(doorstep: Doorstep) -> None:
    met: list[Channel] = []
    thread = meet(doorstep, met)
    here = call(doorstep.port, KEY)
    thread.join()
    there = met[0]

    here.tell({"do": "stats", "text": "é\n"})
    there.tell({"event": "stats", "refused": {"a": 1}})

    assert there.hear(1) == {"do": "stats", "text": "é\n"}
    assert here.hear(1) == {"event": "stats", "refused": {"a": 1}}
    assert here.hear(0) is None
    there.close()
    with pytest.raises(ChannelError):
        here.hear(1)
    here.close()


def test_who_does_not_know_the_key_is_not_met_and_learns_nothing(doorstep: Doorstep) -> None:
    met: list[Channel] = []
    thread = meet(doorstep, met)

    with pytest.raises(ChannelError):
        call(doorstep.port, b"x" * 32)

    thread.join()
    assert met == []


def test_who_says_nothing_is_sent_away(doorstep: Doorstep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "_GREETING_S", 0.1)
    met: list[Channel] = []
    thread = meet(doorstep, met)

    with socket.create_connection((channel.HOST, doorstep.port)):
        thread.join()

    assert met == []


def test_nobody_there_is_told_apart() -> None:
    with socket.create_server((channel.HOST, 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(ChannelError, match="nobody answers"):
        call(port, KEY)


@pytest.mark.parametrize("sent", [b"[]", b"nonsense", b"\xff", b'"text"'])
def test_what_is_no_message_ends_the_conversation(doorstep: Doorstep, sent: bytes) -> None:
    met: list[Channel] = []
    thread = meet(doorstep, met)
    here = call(doorstep.port, KEY)
    thread.join()

    here._connection.send_bytes(sent)

    with pytest.raises(ChannelError):
        met[0].hear(1)
    met[0].close()
    here.close()


def test_a_key_is_new_each_time_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "door.key"

    first, second = write_new_key(path), write_new_key(path)

    assert first != second == read_key(path)
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()
    with pytest.raises(ChannelError):
        read_key(path)
