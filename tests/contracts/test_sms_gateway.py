"""One suite for the carrier client, on our stand-in and on what the carrier published; and the stand-in held to it."""

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.errors import PermanentError
from appliance.gateways.sms import CarrierStatus, Direction, OutgoingText
from appliance.gateways.twilio import TwilioGateway
from storage.plaintext import Plaintext
from tests.contracts.conftest import CarrierUnderTest, prism
from tests.standins.books import Books
from tests.standins.signed import ACCOUNT, NUMBER
from tests.standins.twilio import VERSION, TwilioStandIn

CUSTOMER = "+15125550111"
CALLBACK = "https://desk.example/hooks/maple/status"
MESSAGES = f"/{VERSION}/Accounts/{ACCOUNT}/Messages"
LATER_THAN_ALL = 4_000_000_000_000
TEXT = OutgoingText("r1", CUSTOMER, Plaintext("We open at eight. ¡Hasta mañana! 🦷"), CALLBACK)


@pytest.fixture(autouse=True)
def in_a_crossing() -> Iterator[None]:
    with crossing(Purpose.SMS):
        yield


def gateway(carrier: CarrierUnderTest) -> TwilioGateway:
    books = Books()
    books.grant(Purpose.SMS, carrier.url)
    return TwilioGateway(
        client=books.egress().client(Purpose.SMS),
        account_sid=carrier.account,
        auth_token=lambda: carrier.token,
        number=NUMBER,
        api_base=carrier.url,
    )


def test_a_reply_is_taken_and_gets_an_id(carrier: CarrierUnderTest) -> None:
    receipt = gateway(carrier).send(TEXT)

    assert receipt.provider_id.startswith(("SM", "MM"))
    assert len(receipt.provider_id) == 34
    assert receipt.status is CarrierStatus.QUEUED


def test_a_text_that_was_taken_can_be_fetched(carrier: CarrierUnderTest) -> None:
    gate = gateway(carrier)
    provider_id = gate.send(TEXT).provider_id

    found = gate.fetch(provider_id)

    assert found.created_at > 0
    assert found.direction is Direction.OUT
    assert found.status in {CarrierStatus.QUEUED, CarrierStatus.SENT}


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("other", [None, CUSTOMER])
def test_the_list_can_be_asked_for_in_each_way_we_do(
    carrier: CarrierUnderTest, direction: Direction, other: str | None
) -> None:
    assert gateway(carrier).list_texts(direction, since=LATER_THAN_ALL, other=other) == ()


def test_each_text_in_the_list_can_be_read(carrier: CarrierUnderTest) -> None:
    gate = gateway(carrier)
    gate.send(TEXT)

    # Only the first page: the published one repeats its example for ever.
    first = next(gate._newest_first({"from_": NUMBER}, LATER_THAN_ALL))

    assert len(first.provider_id) == 34
    assert first.created_at > 0
    assert first.to.startswith("+")


def test_a_request_without_a_recipient_is_refused_for_good(carrier: CarrierUnderTest) -> None:
    nobody = OutgoingText("r1", None, Plaintext("hello"))  # type: ignore[arg-type]

    with pytest.raises(PermanentError):
        gateway(carrier).send(nobody)


def test_a_callback_that_is_no_address_is_not_what_we_send(carrier: CarrierUnderTest) -> None:
    assert urlsplit(TEXT.status_callback).scheme == "https"

    without = OutgoingText("r1", CUSTOMER, Plaintext("hello"))

    assert gateway(carrier).send(without).provider_id


def test_a_text_can_be_redacted_as_we_do(carrier: CarrierUnderTest) -> None:
    gate = gateway(carrier)

    gate.redact(gate.send(TEXT).provider_id)


@pytest.mark.prism
def test_the_stand_in_answers_as_the_carrier_published(stand_in: TwilioStandIn) -> None:
    carrier = CarrierUnderTest(stand_in.url)
    text = stand_in.inbound(CUSTOMER, "hello?")
    for number in range(3):
        stand_in.inbound(CUSTOMER, f"text {number}")
    create = urlencode({"To": CUSTOMER, "From": NUMBER, "Body": "hello", "StatusCallback": CALLBACK})
    found = {}

    with prism("proxy", upstream=stand_in.url) as watched:
        for method, target, body in (
            ("POST", f"{MESSAGES}.json", create),
            ("GET", f"{MESSAGES}.json?PageSize=2&To={NUMBER.replace('+', '%2B')}", ""),
            ("GET", f"{MESSAGES}.json?PageSize=2&Page=1&PageToken=PA0", ""),
            ("GET", f"{MESSAGES}/{text.sid}.json", ""),
        ):
            status, violations = ask(watched, carrier, method, target, body)
            assert status in {200, 201}
            found[method, target] = violations
        stand_in.inbound(CUSTOMER, "with an id that is none", sid="broken")
        _, noticed = ask(watched, carrier, "GET", f"{MESSAGES}.json?PageSize=1", "")
        stand_in.texts.pop()

    assert list(found.values()) == [[], [], [], []]
    assert noticed, "the watch sleeps"


def ask(watched: str, carrier: CarrierUnderTest, method: str, target: str, body: str) -> tuple[int, list[str]]:
    """The status, and what Prism finds wrong with request and answer."""
    connection = http.client.HTTPConnection(urlsplit(watched).netloc, timeout=20)
    headers = {"Authorization": carrier.basic, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, target, body or None, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    violations = json.loads(answer.headers.get("sl-violations") or "[]")
    # The carrier gives its own page addresses without a host, though it describes them as whole ones.
    return answer.status, [one["message"] for one in violations if not one["message"].endswith('match format "uri"')]
