"""Requests whose beginning or end two servers could see in different places, as raw bytes. All are 400."""

import pytest

from tests.standins.doors import OpenDoor

LINE = b"POST /hooks/maple/sms HTTP/1.1\r\n"
HOST = b"Host: desk.example\r\n"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"

AMBIGUOUS = {
    "both lengths": LINE + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "both lengths, the other way round": LINE
    + HOST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
    + CHUNKS,
    "two lengths": LINE + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "the same length twice": LINE + HOST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": LINE + HOST + b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": LINE + HOST + b"Content-Length: +5\r\n\r\nhello",
    "a negative length": LINE + HOST + b"Content-Length: -5\r\n\r\nhello",
    "a length in hexadecimal": LINE + HOST + b"Content-Length: 0x5\r\n\r\nhello",
    "an empty length": LINE + HOST + b"Content-Length: \r\n\r\nhello",
    "chunked twice": LINE + HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + CHUNKS,
    "chunked in two headers": LINE
    + HOST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
    + CHUNKS,
    "chunked over two lines": LINE + HOST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS,
    "chunked in HTTP/1.0": LINE.replace(b"1.1", b"1.0") + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "a space before the colon": LINE + HOST + b"Content-Length : 5\r\n\r\nhello",
    "a line that goes on": LINE + HOST + b"X-A: b\r\n c: d\r\nX : y\r\n\r\n",
    "a bad chunk size": LINE + HOST + b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than it says": LINE + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n",
    "two hosts": LINE + HOST + b"Host: other.example\r\n\r\n",
    "the same host twice": LINE + HOST + HOST + b"\r\n",
    "no host": LINE + b"\r\n",
    "an absolute target": b"POST http://desk.example/hooks/maple/sms HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target of another scheme": b"POST ftp://x/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an authority as target": b"CONNECT desk.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a star as target": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "bare line feeds": b"POST /hooks/maple/sms HTTP/1.1\nHost: desk.example\n\n",
    "one bare line feed": LINE + b"X-A: b\nX-C: d\r\n" + HOST + b"\r\n",
    "a bare line feed in front": b"\n" + LINE + HOST + b"\r\n",
    "a bare carriage return": LINE + b"X-A: b\rX-C: d\r\n" + HOST + b"\r\n",
    "a NUL in a header": LINE + HOST + b"X-A: b\x00c\r\n\r\n",
    "a NUL in the line": b"POST /hooks/maple/sms\x00 HTTP/1.1 \r\n" + HOST + b"\r\n",
    "no version": b"POST /hooks/maple/sms\r\n" + HOST + b"\r\n",
    "another version": LINE.replace(b"1.1", b"2.0") + HOST + b"\r\n",
    "a version without a dot": LINE.replace(b"1.1", b"1") + HOST + b"\r\n",
    "a small method": LINE.replace(b"POST", b"post") + HOST + b"\r\n",
    "two spaces": LINE.replace(b" /", b"  /") + HOST + b"\r\n",
    "a header without a name": LINE + HOST + b": x\r\n\r\n",
    "a line without a colon": LINE + HOST + b"nonsense\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32 + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_an_ambiguous_request_is_400_and_ends_the_connection(door: OpenDoor, case: str) -> None:
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: desk.example\r\n\r\n"

    answers = door.raw(AMBIGUOUS[case] + smuggled)

    assert answers.startswith(b"HTTP/1.1 400 "), answers
    assert answers.count(b"HTTP/1.1") == 1
    assert b"Connection: close" in answers


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"identity", b"xchunked", b"chunked, gzip", b"\x0bchunked"])
def test_another_transfer_coding_is_refused(door: OpenDoor, coding: bytes) -> None:
    answers = door.raw(LINE + HOST + b"Transfer-Encoding: " + coding + b"\r\n\r\n" + CHUNKS)

    assert answers[9:12] in {b"400", b"501"}
    assert b"Connection: close" in answers


def test_headers_without_end_are_431(door: OpenDoor) -> None:
    assert door.raw(LINE + HOST + b"X-A: " + b"b" * 20_000).startswith(b"HTTP/1.1 431 ")


def test_requests_sent_together_are_answered_one_by_one_in_order(door: OpenDoor) -> None:
    first = b"GET /hooks/maple/sms HTTP/1.1\r\nHost: desk.example\r\n\r\n"
    second = b"GET /nowhere HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\n\r\n"

    answers = door.raw(first * 3 + second)

    assert [answer[:3] for answer in answers.split(b"HTTP/1.1 ")[1:]] == [b"405", b"405", b"405", b"404"]


def test_a_client_that_waits_for_leave_is_given_it(door: OpenDoor) -> None:
    head = LINE + HOST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"

    assert door.raw(head, timeout=0.5).startswith(b"HTTP/1.1 100 Continue\r\n")
