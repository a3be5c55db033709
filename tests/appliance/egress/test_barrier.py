"""The barrier, tried in processes of its own, since it cannot be taken back: every way out, and what must stay open."""

import subprocess
import sys
import textwrap

import pytest

START = """
import socket, sys, threading
from appliance.egress.barrier import Barrier, Connection, Lookup, Program
from appliance.errors import BarrierRefused
told = []
def dial(): socket.create_connection(("192.0.2.1", 80), 1)
listening = socket.create_server(("127.0.0.1", 0))
port = listening.getsockname()[1]
barrier = Barrier(lambda kind, place: told.append(kind))
barrier.install()
"""

REFUSED = """
try:
    go()
except BaseException as failure:
    chain = []
    while failure is not None:
        chain.append(type(failure).__name__)
        failure = failure.__cause__ or failure.__context__
    assert "BarrierRefused" in chain, chain
else:
    raise SystemExit("it got out")
assert told, "nobody was told"
print(told[0])
"""

WAYS_OUT = {
    "connect by address": ("def go(): dial()", "connect"),
    "connect by name": ("def go(): socket.socket().connect(('secret.example.com', 80))", "lookup"),
    "connect_ex by name": ("def go(): socket.socket().connect_ex(('secret.example.com', 80))", "lookup"),
    "IPv6": ("def go(): socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80, 0, 0))", "connect"),
    "name look-up alone": ("def go(): socket.getaddrinfo('secret.example.com', 80)", "lookup"),
    "gethostbyname": ("def go(): socket.gethostbyname('secret.example.com')", "lookup"),
    "gethostbyname_ex": ("def go(): socket.gethostbyname_ex('secret.example.com')", "lookup"),
    "gethostbyaddr": ("def go(): socket.gethostbyaddr('192.0.2.1')", "lookup"),
    "getnameinfo": ("def go(): socket.getnameinfo(('192.0.2.1', 80), 0)", "lookup"),
    "UDP": ("def go(): socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))", "connect"),
    "UDP by name": ("def go(): socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', 0, ('a.example', 53))", "lookup"),
    "sendmsg": ("def go(): socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('192.0.2.1', 53))", "connect"),
    "a raw socket": ("def go(): socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)", "socket"),
    "a packet socket": ("def go(): socket.socket(17, 3)", "socket"),
    "somebody's loopback port": ("def go(): socket.create_connection(('127.0.0.1', port), 1)", "connect"),
    "http.client": ("import http.client as h\ndef go(): h.HTTPConnection('192.0.2.1').request('GET', '/')", "connect"),
    "urllib": ("import urllib.request\ndef go(): urllib.request.urlopen('http://secret.example.com')", "lookup"),
    "smtplib": ("import smtplib\ndef go(): smtplib.SMTP('192.0.2.1', 25, 'desk')", "connect"),
    "httpx2": ("import httpx2\ndef go(): httpx2.get('https://secret.example.com', trust_env=False)", "lookup"),
    "requests": ("import requests\ndef go(): requests.get('https://secret.example.com')", "lookup"),
    "asyncio": ("import asyncio\ndef go(): asyncio.run(asyncio.open_connection('192.0.2.1', 80))", "connect"),
    "a thread": ("import concurrent.futures as c\ndef go(): c.ThreadPoolExecutor(1).submit(dial).result()", "connect"),
    "curl": ("import subprocess\ndef go(): subprocess.run(['curl', 'http://192.0.2.1'])", "program"),
    "os.system": ("import os\ndef go(): os.system('curl http://192.0.2.1')", "program"),
    "os.exec": ("import os\ndef go(): os.execv('/bin/true', ['true'])", "program"),
    "os.posix_spawn": ("import os\ndef go(): os.posix_spawn('/bin/true', ['true'], {})", "program"),
    "a shell": ("import subprocess\ndef go(): subprocess.run('curl http://192.0.2.1', shell=True)", "program"),
}  # fmt: skip


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START + textwrap.dedent(code)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_out_is_open_by_itself(way: str) -> None:
    code, kind = WAYS_OUT[way]

    tried = run(f"{code}\n{REFUSED}")

    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert tried.stdout.strip() == kind


def test_what_the_process_needs_for_itself_stays_open() -> None:
    tried = run("""
        import asyncio, tempfile, os
        socket.getaddrinfo("127.0.0.1", 80)
        socket.getaddrinfo(None, 0, flags=socket.AI_PASSIVE)
        socket.getaddrinfo("localhost", 80)
        socket.getnameinfo(("127.0.0.1", port), 0)
        socket.create_server(("127.0.0.1", 0)).close()
        socket.socketpair()
        asyncio.run(asyncio.sleep(0))
        path = os.path.join(tempfile.mkdtemp(), "s")
        local = socket.socket(socket.AF_UNIX); local.bind(path); local.listen()
        socket.socket(socket.AF_UNIX).connect(path)
        barrier.register_loopback(port)
        made = socket.create_connection(("127.0.0.1", port), 1)
        threading.Thread(target=lambda: made.sendall(b"x")).start()
        listening.accept()
        assert not told, told
    """)

    assert tried.returncode == 0, tried.stderr


def test_an_opening_is_for_one_thing_in_one_thread_for_as_long_as_it_lasts() -> None:
    tried = run("""
        def refused(step, *args):
            try:
                step(*args)
            except BarrierRefused:
                return True
            return False

        def go(): socket.create_connection(("127.0.0.1", port), 1).close()

        with barrier.opened(Connection("127.0.0.1", port)):
            go()
            elsewhere = []
            thread = threading.Thread(target=lambda: elsewhere.append(refused(go)))
            thread.start(); thread.join()
            assert elsewhere == [True]
            assert refused(socket.create_connection, ("127.0.0.1", port + 1), 1)
            assert refused(socket.getaddrinfo, "secret.example.com", 80)
        assert refused(go)
        import subprocess
        with barrier.opened(Program(sys.executable)):
            subprocess.run([sys.executable, "-c", ""], check=True)
        assert refused(subprocess.run, [sys.executable, "-c", ""])
    """)

    assert tried.returncode == 0, tried.stderr


def test_egress_itself_gets_through_the_barrier() -> None:
    tried = run("""
        from appliance.egress.crossing import crossing
        from appliance.egress.permission import Purpose
        from tests.standins.books import Books
        from tests.standins.signed import ACCOUNT, TOKEN
        from tests.standins.twilio import TwilioStandIn

        with TwilioStandIn() as twilio, crossing(Purpose.SMS):
            books = Books()
            books.grant(Purpose.SMS, twilio.url)
            client = books.egress(barrier=barrier).client(Purpose.SMS)
            path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            assert client.get(twilio.url + path, auth=(ACCOUNT, TOKEN)).status_code == 200
            assert not told
            try:
                socket.create_connection(("127.0.0.1", twilio.port), 1)
            except BarrierRefused:
                pass
            else:
                raise SystemExit("the opening stayed")
    """)

    assert tried.returncode == 0, tried.stderr
