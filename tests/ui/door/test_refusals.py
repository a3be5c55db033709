"""What the real door says to requests that it must not take, and that it takes the one beside each of them."""

import re
from urllib.parse import quote, urlencode

import pytest

from tests.standins.doors import OpenDoor
from tests.standins.signed import ACCOUNT, FORM, Answered, message_sid, sign, sms, status

SMS = "/hooks/maple/sms"


def post_bytes(door: OpenDoor, body: bytes, *, target: str = SMS, **headers: str) -> Answered:
    """A body as it stands, with a signature of the right form that is over something else."""
    sent = {"Content-Type": FORM, "X-Twilio-Signature": "A" * 27 + "="} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return door.carrier.send("POST", target, body, sent)


def test_a_signed_text_is_answered_with_empty_twiml_once_it_is_spooled(door: OpenDoor) -> None:
    form = sms("Can I come at nine?")

    answered = door.carrier.post(form)

    assert (answered.status, answered.body) == (200, b"<Response/>")
    assert answered.headers["Content-Type"] == "text/xml; charset=utf-8"
    letter = door.letters()[-1]
    assert dict(letter.fields) == form
    assert (letter.kind, letter.checked, letter.url) == ("sms", True, "https://desk.example/hooks/maple/sms")


def test_a_signed_delivery_state_is_taken(door: OpenDoor) -> None:
    form = status(message_sid(), "delivered")

    assert door.carrier.post(form, hook="status").status == 200
    assert (door.letters()[-1].kind, dict(door.letters()[-1].fields)) == ("status", form)


def test_a_query_is_part_of_what_is_signed(door: OpenDoor) -> None:
    form = sms("hello")
    target = f"{SMS}?a=1&b=%20"
    signature = sign(f"https://desk.example{target}", form)
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature}

    assert door.carrier.send("POST", target, urlencode(form).encode(), headers).status == 200
    assert door.carrier.send("POST", SMS, urlencode(form).encode(), headers).status == 403


@pytest.mark.parametrize("port", ["", ":443"])
def test_the_carrier_may_sign_the_address_with_its_port(door: OpenDoor, port: str) -> None:
    form = sms("hello")

    assert door.carrier.post(form, signature=sign(f"https://desk.example{port}{SMS}", form)).status == 200


def test_a_replay_is_answered_200(door: OpenDoor) -> None:
    form = sms("again")

    assert [door.carrier.post(form).status for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "nonsense",
        "A" * 27 + "=",
        "A" * 28,
        sign("https://desk.example/hooks/maple/status", sms("x", sid="SM" + "1" * 32)),
    ],
)
def test_a_missing_or_forged_signature_is_403(door: OpenDoor, signature: str) -> None:
    assert door.carrier.post(sms("hello"), signature=signature).status == 403


def test_a_signature_by_another_token_is_403(door: OpenDoor) -> None:
    form = sms("hello")

    assert door.carrier.post(form, signature=sign(door.carrier.url(), form, token="f" * 32)).status == 403


def test_a_signature_over_the_host_that_was_asked_for_is_403(door: OpenDoor) -> None:
    form = sms("hello")
    signature = sign(f"http://127.0.0.1:{door.handle.port}{SMS}", form)

    assert door.carrier.post(form, signature=signature).status == 403


@pytest.mark.parametrize("field", ["Body", "From", "MessageSid", "NumMedia"])
def test_a_changed_field_is_403(door: OpenDoor, field: str) -> None:
    form = sms("hello")
    signature = sign(door.carrier.url(), form)

    assert door.carrier.post(form | {field: form[field] + "0"}, signature=signature).status == 403


def test_forwarding_headers_change_nothing(door: OpenDoor) -> None:
    form = sms("hello")
    body = urlencode(form).encode()
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"}
    for url, expected in (("https://desk.example", 200), ("http://evil.example", 403)):
        headers = {"Content-Type": FORM, "X-Twilio-Signature": sign(f"{url}{SMS}", form), **forged}
        assert door.carrier.send("POST", SMS, body, headers).status == expected


@pytest.mark.parametrize(
    "form",
    [
        sms("hello", account="AC" + "f" * 32),
        sms("hello", to="+15125550199"),
        {name: value for name, value in sms("hello").items() if name != "AccountSid"},
        {name: value for name, value in sms("hello").items() if name != "To"},
        sms("hello", sender="+15125550100", to="+15125550123"),
    ],
)
def test_another_account_or_number_is_403_though_signed(door: OpenDoor, form: dict[str, str]) -> None:
    assert door.carrier.post(form).status == 403


def test_a_delivery_state_of_another_number_is_403_though_signed(door: OpenDoor) -> None:
    form = status(message_sid(), "delivered", number="+15125550199", to="+15125550100")

    assert door.carrier.post(form, hook="status").status == 403


@pytest.mark.parametrize("sid", ["", "SM1", "SM" + "g" * 32, "XX" + "0" * 32, "SM" + "0" * 33, "SM" + "0" * 32 + "\n"])
def test_a_message_id_of_another_shape_is_400(door: OpenDoor, sid: str) -> None:
    assert door.carrier.post(sms("hello") | {"MessageSid": sid}).status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"Body=%ff", b"Body=\xff", b"Body=%c0%80", b"Body=%ed%a0%80", b"B%fedy=x",  # not UTF-8
        b"Body=a%00b", b"Body=a\x00b", b"Bo%00dy=x",  # NUL
        b"Body=%", b"Body=%4", b"Body=%zz", b"Body=%u00e9",  # no escapes
        b"Body=a&Body=b", b"Body=a&Bod%79=b", b"Body=a&&To=b", b"&Body=a", b"Body=a&", b"=a",  # repeated or no name
    ],
)  # fmt: skip
def test_a_form_that_two_readers_could_read_differently_is_400(door: OpenDoor, body: bytes) -> None:
    assert post_bytes(door, body).status == 400


def test_a_form_of_64_fields_is_read_and_one_of_65_is_400(door: OpenDoor) -> None:
    form = sms("hello")
    form |= {f"Extra{number}": "x" for number in range(64 - len(form))}

    assert door.carrier.post(form).status == 200
    assert door.carrier.post(form | {"One more": "x"}).status == 400


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        f"{FORM}2",
        f"{FORM}; charset=latin-1",
        f"{FORM}, {FORM}",
        f"{FORM}; charset=utf-8; charset=utf-8",
    ],
)
def test_another_kind_of_body_is_415(door: OpenDoor, kind: str) -> None:
    assert post_bytes(door, b'{"Body": "x"}', Content_Type=kind).status == 415


def test_a_packed_body_is_415(door: OpenDoor) -> None:
    assert post_bytes(door, b"Body=x", Content_Encoding="gzip").status == 415


def test_64_kib_are_read_and_one_byte_more_is_413(door: OpenDoor) -> None:
    form = sms("")
    room = 64 * 1024 - len(urlencode(form))

    assert door.carrier.post(form | {"Body": "x" * room}).status == 200
    head = f"POST {SMS} HTTP/1.1\r\nHost: desk.example\r\nContent-Length: {64 * 1024 + 1}\r\n\r\n".encode()
    assert door.raw(head).startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_over_64_kib_is_413(door: OpenDoor) -> None:
    head = f"POST {SMS} HTTP/1.1\r\nHost: desk.example\r\nTransfer-Encoding: chunked\r\n\r\n".encode()

    assert door.raw(head, b"10001\r\n" + b"x" * 0x10001).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("target", ["/", "/hooks", "/hooks/maple", "/hooks/maple/", "/hooks/other/sms", "/readyz"])
@pytest.mark.parametrize("method", ["GET", "POST", "TRACE", "MADEUP"])
def test_any_other_path_is_404_and_empty(door: OpenDoor, method: str, target: str) -> None:
    answered = door.carrier.send(method, target, b"", {})

    assert (answered.status, answered.body) == (404, b"")


@pytest.mark.parametrize(
    "target",
    [f"{SMS}/", "/hooks//maple/sms", "/hooks/maple/%73ms", "/hooks/maple/../maple/sms", f"{SMS};x", f"{SMS}#x"],
)
def test_another_spelling_of_a_path_is_404(door: OpenDoor, target: str) -> None:
    assert door.raw(f"POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()).startswith(
        b"HTTP/1.1 404 "
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "MADEUP"])
@pytest.mark.parametrize("hook", ["sms", "status"])
def test_any_other_method_is_405(door: OpenDoor, method: str, hook: str) -> None:
    answered = door.carrier.send(method, f"/hooks/maple/{hook}", b"", {})

    assert (answered.status, answered.body, answered.headers["Allow"]) == (405, b"", "POST")


def test_no_answer_tells_what_serves_or_quotes_what_was_sent(door: OpenDoor) -> None:
    answers = [
        door.carrier.text("hello"),
        door.carrier.post(sms("quoted-word"), signature=""),
        door.carrier.send("GET", f"/{quote('quoted-word')}", b"", {}),
    ]

    for answered in answers:
        assert not {"Server", "Via", "X-Powered-By", "Location"} & set(answered.headers)
        assert answered.headers["Cache-Control"] == "no-store"
        assert b"quoted-word" not in answered.body
    assert b"waitress" not in door.raw(b"GARBAGE\r\n\r\n").lower()


def test_refusals_are_counted_by_kind_and_nothing_sent_is_logged(door: OpenDoor) -> None:
    before = door.handle.stats().refused

    door.carrier.post(sms("logged-word"), signature="")
    door.carrier.post(sms("logged-word", account="AC" + "9" * 32))
    door.carrier.send("GET", "/logged-word", b"", {})

    after = door.handle.stats().refused
    changed = {kind: number - before.get(kind, 0) for kind, number in after.items() if number != before.get(kind, 0)}
    assert changed == {"signature-missing": 1, "other-account": 1, "unknown-path": 1}
    log = (door.folder / "logs" / "door.log").read_text()
    assert "logged-word" not in log
    assert ACCOUNT not in log
    assert not re.search(r"\+1\d{10}", log)
