"""What may leave, what is written down about it, and what is refused before anything opens."""

import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import httpx2
import pytest

from appliance.egress.crossing import crossing
from appliance.egress.ledger import Outcome
from appliance.egress.permission import Purpose
from appliance.egress.transport import Limits
from appliance.errors import EgressRefused, WireRefused
from appliance.redaction.wire import KnownIdentifiers
from tests.standins.books import Books
from tests.standins.serving import Handler, StandIn

MESSAGES = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json"
NOBODY = KnownIdentifiers(frozenset())


class Peer(Handler):
    """Answers as its stand-in says, and keeps what came."""

    standin: "PeerStandIn"

    def do_POST(self) -> None:  # noqa: N802
        self.standin.came.append((self.path, dict(self.headers), self.body()))
        if self.standin.drips:
            self.drip()
            return
        status, body, headers = self.standin.answer
        self.answer_bytes(status, body, headers)

    do_GET = do_POST  # noqa: N815

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(60):
            if self.standin.over.wait(0.05):
                break
            self.wfile.write(b"1\r\n \r\n")
        self.hang_up()


class PeerStandIn(StandIn):
    def __init__(self) -> None:
        super().__init__(Peer)
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: tuple[int, bytes, dict[str, str]] = (200, b"{}", {})
        self.drips = False
        self.over = threading.Event()


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def peer() -> Iterator[PeerStandIn]:
    with PeerStandIn() as standin:
        yield standin
        standin.over.set()


def test_a_permitted_call_leaves_and_stands_in_the_ledger(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)

    with crossing(Purpose.SMS, person="p1", run="r1"):
        answer = books.egress().client(Purpose.SMS).post(peer.url + MESSAGES, data={"To": "+15125550111"})

    departure, arrival = books.last
    assert answer.status_code == 200
    assert (departure.person, departure.run, departure.permission) == ("p1", "r1", "p0")
    assert departure.path == "/2010-04-01/Accounts/{…}/Messages.json"
    assert departure.size == len(peer.came[0][2])
    assert departure.body is None
    assert (arrival.outcome, arrival.status, arrival.size) == (Outcome.DONE, 200, 2)


def test_the_entry_is_written_before_the_first_byte_leaves(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)

    def broken(departure: object) -> None:
        raise RuntimeError("the disk is full")

    books.begin = broken  # type: ignore[assignment, method-assign]

    with crossing(Purpose.SMS), pytest.raises(RuntimeError):
        books.egress().client(Purpose.SMS).post(peer.url + MESSAGES)

    assert peer.came == []


def test_without_a_permission_nothing_leaves_and_the_refusal_is_logged(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.MODEL, peer.url)  # for something else

    with crossing(Purpose.SMS, person="p1"), pytest.raises(EgressRefused) as refused:
        books.egress().client(Purpose.SMS).post(peer.url + MESSAGES)

    assert refused.value.reason == "no-permission"
    assert peer.came == []
    departure, arrival = books.last
    assert (departure.permission, arrival.outcome, arrival.reason) == (None, Outcome.REFUSED, "no-permission")
    assert [(one.code, one.person) for one in books.refusals] == [("no-permission", "p1")]


@pytest.mark.parametrize(
    ("granted", "asked"),
    [
        ("https://api.twilio.com", "https://api.twilio.com:8443"),
        ("https://api.twilio.com", "https://api.twilio.com.example"),
        ("https://api.twilio.com", "https://evil@api.twilio.org"),
        ("http://127.0.0.1:9999", "http://127.0.0.2:9999"),
    ],
)
def test_a_permission_is_for_one_place_exactly(books: Books, granted: str, asked: str) -> None:
    books.grant(Purpose.SMS, granted)

    with crossing(Purpose.SMS), pytest.raises(EgressRefused) as refused:
        books.egress().client(Purpose.SMS).get(asked + MESSAGES)

    assert refused.value.reason == "no-permission"


@pytest.mark.parametrize("url", ["http://192.0.2.10", "http://api.twilio.com", "http://localhost.example"])
def test_plain_text_leaves_this_machine_by_no_permission(books: Books, url: str) -> None:
    books.grant(Purpose.SMS, url)

    with crossing(Purpose.SMS), pytest.raises(EgressRefused) as refused:
        books.egress().client(Purpose.SMS).get(url + MESSAGES)

    assert refused.value.reason == "plain-text"


def test_a_localhost_that_resolves_elsewhere_is_refused(
    books: Books, monkeypatch: pytest.MonkeyPatch, peer: PeerStandIn
) -> None:
    url = f"http://localhost:{peer.port}"
    books.grant(Purpose.SMS, url)
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.10", peer.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)

    with crossing(Purpose.SMS), pytest.raises(EgressRefused) as refused:
        books.egress().client(Purpose.SMS).get(url + MESSAGES)

    assert refused.value.reason == "plain-text"
    assert books.last[1].outcome is Outcome.FAILED


def test_outside_a_crossing_nothing_leaves(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)

    with pytest.raises(EgressRefused) as none:
        books.egress().client(Purpose.SMS).get(peer.url + MESSAGES)
    with crossing(Purpose.MODEL, known=NOBODY), pytest.raises(EgressRefused) as other:
        books.egress().client(Purpose.SMS).get(peer.url + MESSAGES)

    assert (none.value.reason, other.value.reason) == ("no-crossing", "other-crossing")
    assert peer.came == []


def test_a_worker_thread_needs_a_crossing_of_its_own(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)
    client = books.egress().client(Purpose.SMS)

    def call() -> int:
        return client.get(peer.url + MESSAGES).status_code

    def call_in_a_crossing() -> int:
        with crossing(Purpose.SMS, run="of the thread"):
            return call()

    with ThreadPoolExecutor(1) as pool, crossing(Purpose.SMS, run="of the test"):
        with pytest.raises(EgressRefused):
            pool.submit(call).result()
        assert pool.submit(call_in_a_crossing).result() == 200
        assert books.last[0].run == "of the thread"
        assert pool.submit(copy_context().run, call).result() == 200
        assert books.last[0].run == "of the test"


@pytest.mark.parametrize(
    ("purpose", "method", "target"),
    [
        (Purpose.SMS, "DELETE", MESSAGES),
        (Purpose.SMS, "POST", "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls.json"),
        (Purpose.MODEL, "POST", "/v1/files"),
        (Purpose.MODEL, "POST", "/v1/messages/batches"),
        (Purpose.MODEL, "GET", "/v1/messages"),
    ],
)
def test_a_permitted_place_is_used_for_nothing_else(
    books: Books, peer: PeerStandIn, purpose: Purpose, method: str, target: str
) -> None:
    books.grant(purpose, peer.url)

    with crossing(purpose, known=NOBODY), pytest.raises(EgressRefused) as refused:
        books.egress().client(purpose).request(method, peer.url + target)

    assert refused.value.reason == "other-call"
    assert peer.came == []


def test_a_prompt_is_kept_whole_as_it_was_sent(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.MODEL, peer.url)

    with crossing(Purpose.MODEL, person="p1", known=KnownIdentifiers(frozenset({"Marta Quintero"}))):
        books.egress().client(Purpose.MODEL).post(peer.url + "/v1/messages", json={"text": "[NAME_1] asks"})

    assert books.last[0].body == peer.came[0][2]
    assert b"[NAME_1] asks" in peer.came[0][2]
    assert "asks" not in repr(books.last)


@pytest.mark.parametrize(
    "prompt",
    [
        {"text": "this is Marta Quintero"},
        {"text": "call +1 (512) 555-0111"},
        {"text": "five one two five five five 0 1 1 1"},
        {"deep": [{"er": "MARTA   QUINTERO"}]},
    ],
)
def test_a_known_identifier_stops_a_prompt_before_a_byte_leaves(
    books: Books, peer: PeerStandIn, prompt: dict[str, object]
) -> None:
    books.grant(Purpose.MODEL, peer.url)
    known = KnownIdentifiers(frozenset({"Marta Quintero", "+15125550111"}))

    with crossing(Purpose.MODEL, known=known), pytest.raises(WireRefused) as refused:
        books.egress().client(Purpose.MODEL).post(peer.url + "/v1/messages", json=prompt)

    assert peer.came == []
    assert books.last[1].outcome is Outcome.REFUSED
    assert books.last[0].body is None
    assert [one.code for one in books.refusals] == ["identifier"]
    assert "Marta" not in str(refused.value)


def test_a_prompt_does_not_leave_without_saying_what_is_known(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.MODEL, peer.url)

    with crossing(Purpose.MODEL), pytest.raises(EgressRefused) as refused:
        books.egress().client(Purpose.MODEL).post(peer.url + "/v1/messages", json={})

    assert refused.value.reason == "no-identifiers"


def test_a_redirect_is_not_followed(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)
    peer.answer = (307, b"", {"Location": peer.url + "/elsewhere"})

    with crossing(Purpose.SMS):
        answer = books.egress().client(Purpose.SMS).post(peer.url + MESSAGES)

    assert answer.status_code == 307
    assert len(peer.came) == 1


def test_the_environment_redirects_nothing(books: Books, peer: PeerStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    books.grant(Purpose.SMS, peer.url)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    with crossing(Purpose.SMS):
        assert books.egress().client(Purpose.SMS).get(peer.url + MESSAGES).status_code == 200


def test_only_listed_headers_leave(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)

    with crossing(Purpose.SMS):
        books.egress().client(Purpose.SMS).get(
            peer.url + MESSAGES, headers={"X-Stainless-OS": "Linux", "Cookie": "a=b"}, auth=("name", "word")
        )

    sent = {name.lower() for name in peer.came[0][1]}
    assert sent == {"host", "accept", "authorization", "user-agent"}
    assert peer.came[0][1]["User-Agent"] == "nightdesk"


def test_an_answer_that_is_too_large_is_cut_off(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)
    peer.answer = (200, b"x" * 70_000, {})

    with crossing(Purpose.SMS), pytest.raises(httpx2.ReadError):
        books.egress().client(Purpose.SMS, limits=Limits(answer_bytes=65_536)).get(peer.url + MESSAGES)

    assert books.last[1].outcome is Outcome.UNKNOWN


def test_an_answer_that_drips_for_ever_ends_in_time(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)
    peer.drips = True

    with crossing(Purpose.SMS), pytest.raises(httpx2.ReadTimeout):
        books.egress().client(Purpose.SMS, limits=Limits(whole_answer=0.2)).get(peer.url + MESSAGES)

    assert books.last[1].outcome is Outcome.UNKNOWN


def test_a_packed_answer_that_nobody_asked_for_is_refused(books: Books, peer: PeerStandIn) -> None:
    books.grant(Purpose.SMS, peer.url)
    peer.answer = (200, b"\x1f\x8b", {"Content-Encoding": "gzip"})

    with crossing(Purpose.SMS), pytest.raises(httpx2.DecodingError):
        books.egress().client(Purpose.SMS).get(peer.url + MESSAGES)


def test_a_call_that_found_nobody_is_told_from_one_that_may_have_been_heard(books: Books, peer: PeerStandIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    books.grant(Purpose.SMS, nobody)
    books.grant(Purpose.SMS, peer.url)

    with crossing(Purpose.SMS), pytest.raises(httpx2.ConnectError):
        books.egress().client(Purpose.SMS).post(nobody + MESSAGES)

    assert books.last[1].outcome is Outcome.FAILED


def test_what_the_libraries_log_holds_no_number(
    books: Books, peer: PeerStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    books.grant(Purpose.SMS, peer.url)
    caplog.set_level(logging.DEBUG)

    with crossing(Purpose.SMS):
        books.egress().client(Purpose.SMS).get(peer.url + MESSAGES, params={"To": "+15125550111"})

    assert "5550111" not in caplog.text
    assert books.last[0].path.endswith("/Messages.json?To")
