"""How the door starts, is found again, outlives its core, and ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import AlreadyRunningError
from storage.spool.segments import segment_paths
from tests.standins.doors import OpenDoor, open_door
from tests.standins.letters import a_writer
from tests.standins.signed import TOKEN, Carrier, sign, sms
from ui.channel import ChannelError, call, read_key
from ui.door.control import ensure_door
from ui.door.facts import read_facts, write_facts
from ui.door.files import key_path, log_path, read_up, spool_path
from ui.door.start import DoorError


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[OpenDoor]:
    opened = open_door(tmp_path / "desk")
    yield opened
    opened.handle.leave()
    end(opened.folder)


def end(folder: Path) -> None:
    """Whoever's door stands there now."""
    up = read_up(folder)
    if up is not None and lives(up.pid):
        os.kill(up.pid, signal.SIGTERM)
        assert until(lambda: not lives(up.pid))


def until(condition: Callable[[], object], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def lives(pid: int) -> bool:
    """Whether the process runs; a dead child that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_wakes_the_core_when_letters_have_come(fresh: OpenDoor) -> None:
    while fresh.handle.wait_for_letters(0.2):
        pass

    fresh.carrier.text("hello")

    assert fresh.handle.wait_for_letters(5)
    assert not fresh.handle.wait_for_letters(0.2)


def test_it_fits_in_45_mb(fresh: OpenDoor) -> None:
    for number in range(200):
        fresh.carrier.text("x" * number)

    status = Path(f"/proc/{fresh.handle.pid}/status").read_text()

    assert int(status.partition("VmRSS:")[2].split()[0]) < 45_000


def test_a_door_that_dies_is_started_again_on_its_port_with_its_tokens(fresh: OpenDoor) -> None:
    port, pid = fresh.handle.port, fresh.handle.pid
    fresh.carrier.text("before")

    os.kill(pid, signal.SIGKILL)

    assert until(lambda: fresh.handle.pid != pid)
    assert fresh.handle.port == port
    assert until(lambda: fresh.handle.stats().tokens == 1)
    assert fresh.carrier.text("after").status == 200
    assert [letter.value("Body") for letter in fresh.letters()] == ["before", "after"]
    assert [letter.checked for letter in fresh.letters()] == [True, True]


def test_the_next_core_adopts_a_door_of_the_same_port_and_release(fresh: OpenDoor) -> None:
    fresh.handle.leave()

    other = ensure_door(fresh.folder, port=fresh.handle.port, release="test")

    assert other.pid == fresh.handle.pid
    assert other.stats().tokens == 0
    other.leave()


@pytest.mark.parametrize("change", ["release", "port"])
def test_a_door_of_another_release_or_port_is_replaced(fresh: OpenDoor, change: str) -> None:
    pid = fresh.handle.pid
    fresh.handle.leave()
    with socket.create_server(("127.0.0.1", 0)) as free:
        another_port = free.getsockname()[1]

    other = ensure_door(
        fresh.folder,
        port=another_port if change == "port" else fresh.handle.port,
        release="newer" if change == "release" else "test",
    )

    assert other.pid != pid
    assert until(lambda: not lives(pid))
    other.leave()


def test_without_a_core_letters_are_kept_unchecked_with_their_signature(fresh: OpenDoor) -> None:
    form = sms("nobody is home")
    fresh.handle.leave()
    assert until(lambda: "has gone" in log_path(fresh.folder).read_text())

    signed = fresh.carrier.post(form)
    forged = fresh.carrier.post(sms("forged"), signature="A" * 27 + "=")

    assert (signed.status, forged.status) == (200, 200)
    kept, doubtful = fresh.letters()
    assert (kept.checked, doubtful.checked) == (False, False)
    assert kept.signature == sign(fresh.carrier.url(), form)
    assert fresh.carrier.post(sms("x", account="AC" + "1" * 32)).status == 403


def test_it_outlives_a_core_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tests.standins.doors import open_door\n"
        "door = open_door(Path(sys.argv[1])); print(door.handle.pid, door.handle.port, flush=True); time.sleep(60)"
    )
    core = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert core.stdout is not None
    pid, port = map(int, core.stdout.readline().split())

    core.kill()
    core.wait()
    core.stdout.close()

    assert lives(pid)
    assert Carrier(port).text("still open").status == 200
    next_core = ensure_door(tmp_path, port=port, release="test")
    assert next_core.pid == pid
    next_core.stop()
    assert until(lambda: not lives(pid))


def test_sigterm_ends_it_soon_and_what_it_has_read_is_answered(tmp_path: Path) -> None:
    door = open_door(tmp_path)
    door.handle.leave()
    with socket.create_connection(("127.0.0.1", door.handle.port)) as line:
        line.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.2)
        os.kill(door.handle.pid, signal.SIGTERM)
        time.sleep(0.3)
        line.sendall(b"\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 404")

    assert until(lambda: not lives(door.handle.pid), 5)
    with pytest.raises(ConnectionRefusedError):
        door.carrier.text("too late")


def test_ctrl_c_in_the_terminal_of_the_core_is_not_for_the_door(fresh: OpenDoor) -> None:
    os.kill(fresh.handle.pid, signal.SIGINT)
    time.sleep(0.2)

    assert fresh.carrier.text("hello").status == 200


def test_it_ends_by_itself_when_its_folder_has_gone(tmp_path: Path) -> None:
    door = open_door(tmp_path / "desk")
    door.handle.leave()

    shutil.rmtree(tmp_path / "desk")

    assert until(lambda: not lives(door.handle.pid), 5)


def test_a_taken_port_says_by_what_setting_to_change_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(DoorError) as caught:
        open_door(tmp_path, port=taken.getsockname()[1])

    assert caught.value.code == "door-port"
    assert caught.value.exit_code == 1
    assert str(taken) not in caught.value.sentence
    assert "--door-port" in caught.value.remedy


def test_a_desk_without_facts_has_no_door(tmp_path: Path) -> None:
    with pytest.raises(DoorError) as caught:
        ensure_door(tmp_path, port=0, release="test")

    assert (caught.value.code, caught.value.exit_code) == ("door-facts", 5)


def test_facts_that_do_not_read_are_refused_and_the_old_ones_stay(fresh: OpenDoor) -> None:
    facts = (fresh.folder / "door.json").read_text()
    (fresh.folder / "door.json").write_text("nonsense")

    with pytest.raises(ChannelError, match="door-facts"):
        fresh.handle.reload()

    (fresh.folder / "door.json").write_text(facts)
    assert fresh.carrier.text("hello").status == 200
    assert fresh.handle.stats().tokens == 1


def test_where_few_files_may_be_open_it_holds_fewer_connections_and_goes_on(tmp_path: Path) -> None:
    facts = open_door(tmp_path)
    facts.handle.stop()
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))\n"
        "from ui.door.__main__ import main; sys.exit(main(['--desk-folder', sys.argv[1], '--port', '0']))"
    )
    door = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])
    try:
        assert until(lambda: (up := read_up(tmp_path)) is not None and up.pid == door.pid)
        up = read_up(tmp_path)
        assert up is not None
        crowd = [socket.create_connection(("127.0.0.1", up.port)) for _ in range(200)]
        for line in crowd[:150]:
            line.close()
        assert until(lambda: Carrier(up.port).text("hello").status == 200)
        for line in crowd[150:]:
            line.close()
    finally:
        door.terminate()
        assert door.wait(10) == 0


def test_a_second_door_and_a_second_writer_are_turned_away(fresh: OpenDoor) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "ui.door", "--desk-folder", fresh.folder, "--port", "0"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert second.returncode == 3
    assert second.stderr.startswith("already-running: ")
    with pytest.raises(AlreadyRunningError):
        a_writer(spool_path(fresh.folder))


def test_a_stranger_on_this_machine_cannot_give_it_tokens(fresh: OpenDoor) -> None:
    up = read_up(fresh.folder)
    assert up is not None

    with pytest.raises(ChannelError):
        call(up.control_port, b"x" * 32)

    assert key_path(fresh.folder).stat().st_mode & 0o077 == 0
    assert fresh.handle.stats().tokens == 1
    call(up.control_port, read_key(key_path(fresh.folder))).close()


def test_both_tokens_are_good_while_the_carrier_changes_from_one_to_the_other(fresh: OpenDoor) -> None:
    form, newer = sms("hello"), "f" * 32
    by_newer = sign(fresh.carrier.url(), form, newer)

    assert fresh.carrier.post(form, signature=by_newer).status == 403
    fresh.handle.hand_tokens([TOKEN, newer])
    assert [fresh.carrier.post(form).status, fresh.carrier.post(form, signature=by_newer).status] == [200, 200]
    fresh.handle.hand_tokens([newer])
    assert [fresh.carrier.post(form).status, fresh.carrier.post(form, signature=by_newer).status] == [403, 200]


def test_a_new_file_of_the_spool_is_begun_when_the_core_asks(fresh: OpenDoor) -> None:
    assert fresh.carrier.post(sms("hello")).status == 200
    fresh.handle.begin_segment()
    assert fresh.carrier.post(sms("again")).status == 200

    assert len(segment_paths(spool_path(fresh.folder))) == 2
    assert [one.value("Body") for one in fresh.letters()] == ["hello", "again"]


def test_new_facts_are_taken_without_closing(fresh: OpenDoor) -> None:
    write_facts(fresh.folder, replace(read_facts(fresh.folder), number="+15125550177"))
    fresh.handle.reload()

    assert fresh.carrier.post(sms("hello")).status == 403
    assert fresh.carrier.post(sms("hello", to="+15125550177")).status == 200
