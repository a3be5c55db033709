"""Requests that were damaged, cut up or made up: whatever comes in, only what the carrier signed gets through."""

import random
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waitress.adjustments import Adjustments

from storage.letters import Letter
from tests.standins.doors import DESK, PUBLIC_URL
from tests.standins.letters import RECIPIENT
from tests.standins.signed import ACCOUNT, FORM, NUMBER, TOKEN, sign, sms
from ui.door.check import DoorCheck
from ui.door.facts import DoorFacts
from ui.door.reception import judge_request
from ui.door.refusal import Reason
from ui.door.requests import StrictRequest

JUDGE = DoorCheck(DoorFacts(DESK, PUBLIC_URL, ACCOUNT, NUMBER, RECIPIENT, 0))
SETTINGS = Adjustments(max_request_body_size=65537, max_request_header_size=16384)
FORM_SENT = sms("Can I come at nine? ☎ +1", sid="SM" + "0" * 32)
SIGNS = [b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b",", b"&", b"=", b"%", b"%2B", b"chunked", b"Content-Length: 1\r\n"]
SIGNS += [
    b"Host: x\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"X-Twilio-Signature: x\r\n",
    b"/",
    b"?",
    b"\xff",
    b"POST ",
]


def whole_request() -> bytes:
    target = f"/hooks/{DESK}/sms"
    body = urlencode(FORM_SENT).encode()
    head = (
        f"POST {target} HTTP/1.1\r\nHost: desk.example\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {sign(PUBLIC_URL + target, FORM_SENT)}\r\n\r\n"
    )
    return head.encode() + body


WHOLE = whole_request()


def first_request(pieces: list[bytes]) -> StrictRequest | None:
    """The first request in these bytes, as a channel would parse it; None while it is not complete."""
    request = StrictRequest(SETTINGS)
    for piece in pieces:
        rest = piece
        while rest and not request.completed:
            rest = rest[request.received(rest) :]
        if request.completed:
            return request
    return None


def outcome(pieces: list[bytes]) -> Letter | Reason | None:
    request = first_request(pieces)
    return None if request is None else judge_request(request, JUDGE, (TOKEN,), now=1)


def damaged(chance: random.Random) -> bytes:
    data = bytearray(WHOLE)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at:at] = chance.choice(SIGNS)
            case 2:
                del data[at : at + chance.randrange(1, 8)]
            case _:
                data[at:at] = data[at : at + chance.randrange(1, 60)]
    return bytes(data)


def carries_what_was_signed(result: Letter | Reason | None) -> bool:
    return not isinstance(result, Letter) or dict(result.fields) == FORM_SENT


def test_the_whole_request_gets_through() -> None:
    assert isinstance(outcome([WHOLE]), Letter)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_request_is_refused_or_still_says_what_was_signed(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        result = outcome([damaged(chance)])
        assert result is not Reason.INTERNAL
        assert carries_what_was_signed(result)


@pytest.mark.parametrize("seed", range(10))
def test_how_a_request_is_cut_into_packets_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        data = damaged(chance) if chance.random() < 0.7 else WHOLE
        cuts = sorted(chance.randrange(len(data)) for _ in range(chance.randrange(1, 8)))
        pieces = [data[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        assert outcome(pieces) == outcome([data])
        assert outcome([data[at : at + 1] for at in range(len(data))]) == outcome([data])


@given(st.binary(max_size=400))
def test_bytes_that_are_no_request_are_refused_or_awaited(data: bytes) -> None:
    assert not isinstance(outcome([data, b"\r\n\r\n"]), Letter)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 200))
def test_thousands_of_damaged_requests_are_refused_or_still_say_what_was_signed(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(2000):
        result = outcome([damaged(chance)])
        assert result is not Reason.INTERNAL
        assert carries_what_was_signed(result)
