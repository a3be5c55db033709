"""The carrier client against a carrier that misbehaves over real HTTP: what was taken, what was not, what may be."""

import socket
from collections.abc import Iterator

import pytest

from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.egress.transport import Limits
from appliance.errors import EgressRefused, PermanentError, TransientError, UnknownOutcomeError
from appliance.gateways.sms import NO_SUCH_TEXT, CarrierStatus, Direction, OutgoingText
from appliance.gateways.twilio import TwilioGateway
from storage.plaintext import Plaintext
from tests.standins.books import Books
from tests.standins.signed import ACCOUNT, NUMBER, TOKEN
from tests.standins.twilio import TwilioStandIn

CUSTOMER = "+15125550111"
TEXT = OutgoingText(
    "r1", CUSTOMER, Plaintext("We open at eight. ¡Hasta mañana! 🦷"), "https://desk.example/hooks/d/status"
)


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin


def gateway(api_base: str, *, token: str = TOKEN, granted: bool = True) -> TwilioGateway:
    books = Books()
    if granted:
        books.grant(Purpose.SMS, api_base)
    client = books.egress().client(Purpose.SMS, limits=Limits(read=0.5))
    return TwilioGateway(client=client, account_sid=ACCOUNT, auth_token=lambda: token, number=NUMBER, api_base=api_base)


@pytest.fixture(autouse=True)
def in_a_crossing() -> Iterator[None]:
    with crossing(Purpose.SMS):
        yield


def test_a_reply_is_handed_over_as_it_is(twilio: TwilioStandIn) -> None:
    receipt = gateway(twilio.url).send(TEXT)

    made = twilio.creations[0]
    assert (receipt.provider_id, receipt.status) == (made.sid, CarrierStatus.QUEUED)
    assert (made.to, made.sender, made.body, made.callback) == (
        CUSTOMER, NUMBER, TEXT.body.text, TEXT.status_callback,
    )  # fmt: skip


@pytest.mark.parametrize("step", ["lost", "dropped", "cut", "slow:1", "bad-json", "500", "500-created", "502"])
def test_an_unclear_answer_is_an_unknown_outcome(twilio: TwilioStandIn, step: str) -> None:
    twilio.script(step)

    with pytest.raises(UnknownOutcomeError):
        gateway(twilio.url).send(TEXT)

    assert len(twilio.creations) <= 1


@pytest.mark.parametrize(
    ("step", "reason", "pause"), [("429:7", "20429", 7000), ("429", "20429", None), ("503", "20503", None)]
)
def test_what_was_surely_not_taken_may_be_tried_again(
    twilio: TwilioStandIn, step: str, reason: str, pause: int | None
) -> None:
    twilio.script(step)

    with pytest.raises(TransientError) as refused:
        gateway(twilio.url).send(TEXT)

    assert (refused.value.reason, refused.value.retry_after) == (reason, pause)
    assert twilio.creations == []


@pytest.mark.parametrize("code", ["21610", "21211", "21614", "30034"])
def test_the_carriers_code_is_kept(twilio: TwilioStandIn, code: str) -> None:
    twilio.script(code)

    with pytest.raises(PermanentError) as refused:
        gateway(twilio.url).send(TEXT)

    assert refused.value.reason == code
    assert CUSTOMER not in str(refused.value)


def test_a_carrier_that_is_not_there_was_not_told_anything() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"

    with pytest.raises(TransientError) as refused:
        gateway(nobody).send(TEXT)

    assert refused.value.reason == "connect-error"


def test_a_wrong_token_is_the_desks_own_fault(twilio: TwilioStandIn) -> None:
    with pytest.raises(PermanentError) as refused:
        gateway(twilio.url, token="another").send(TEXT)

    assert refused.value.reason == "20003"


def test_without_permission_nothing_is_created(twilio: TwilioStandIn) -> None:
    with pytest.raises(EgressRefused):
        gateway(twilio.url, granted=False).send(TEXT)

    assert twilio.creations == []


def test_the_environment_does_not_move_the_account(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_EDGE", "TWILIO_REGION", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.setenv(name, "elsewhere")

    gateway(twilio.url).send(TEXT)

    assert len(twilio.creations) == 1


def test_one_text_is_fetched(twilio: TwilioStandIn) -> None:
    text = twilio.inbound(CUSTOMER, "hello?", created=1_700_000_000)

    found = gateway(twilio.url).fetch(text.sid)

    assert (found.provider_id, found.direction, found.sender, found.body.text) == (
        text.sid, Direction.IN, CUSTOMER, "hello?",
    )  # fmt: skip
    assert found.created_at == 1_700_000_000_000
    assert "hello?" not in repr(found)


def test_a_text_that_the_carrier_does_not_have_is_not_found(twilio: TwilioStandIn) -> None:
    with pytest.raises(PermanentError) as refused:
        gateway(twilio.url).fetch("SM" + "0" * 32)

    assert refused.value.reason == "20404"


def test_a_list_goes_over_all_pages_and_stops_where_it_is_too_old(twilio: TwilioStandIn) -> None:
    for number in range(450):
        twilio.inbound(CUSTOMER, f"text {number}", created=1_700_000_000 + number)
    gate = gateway(twilio.url)

    all_of_it = gate.list_texts(Direction.IN, since=0)
    newest = gate.list_texts(Direction.IN, since=1_700_000_440_000)
    between = gate.list_texts(Direction.IN, since=1_700_000_100_000, until=1_700_000_110_000)

    assert [text.body.text for text in all_of_it] == [f"text {number}" for number in reversed(range(450))]
    assert [len(newest), len(between)] == [10, 10]


def test_a_list_is_of_one_direction_and_one_other_party(twilio: TwilioStandIn) -> None:
    twilio.inbound(CUSTOMER, "in")
    twilio.inbound("+15125550112", "in, of somebody else")
    gate = gateway(twilio.url)
    gate.send(TEXT)

    assert [text.body.text for text in gate.list_texts(Direction.IN, since=0, other=CUSTOMER)] == ["in"]
    assert [text.body for text in gate.list_texts(Direction.OUT, since=0, other=CUSTOMER)] == [TEXT.body]
    assert gate.list_texts(Direction.OUT, since=0, other="+15125550113") == ()


def test_a_list_that_breaks_off_is_an_error_and_not_a_short_list() -> None:
    with TwilioStandIn() as twilio:
        gate = gateway(twilio.url)
        gate.list_texts(Direction.IN, since=0)

    with pytest.raises(TransientError):
        gate.list_texts(Direction.IN, since=0)


def test_a_next_page_that_points_elsewhere_is_refused(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    page = twilio.page
    monkeypatch.setattr(twilio, "page", lambda target: page(target) | {"next_page_uri": "/v1/elsewhere"})

    with pytest.raises(EgressRefused):
        gateway(twilio.url).list_texts(Direction.IN, since=0)


def test_a_text_that_is_redacted_is_there_without_words_and_pictures(twilio: TwilioStandIn) -> None:
    text = twilio.inbound(CUSTOMER, "an abscess")
    text.media = [f"ME{number:032}" for number in range(2)]
    kept = twilio.inbound(CUSTOMER, "another")

    gateway(twilio.url).redact(text.sid)
    gateway(twilio.url).redact(text.sid)

    assert (text.body, text.media, text.sender) == ("", [], CUSTOMER)
    assert kept.body == "another"


def test_a_text_that_the_carrier_does_not_have_is_told_apart(twilio: TwilioStandIn) -> None:
    with pytest.raises(PermanentError) as refused:
        gateway(twilio.url).redact("SM00000000000000000000000000000000")

    assert refused.value.reason == NO_SUCH_TEXT


def test_a_carrier_that_cannot_be_reached_is_asked_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(TransientError):
        gateway(f"http://127.0.0.1:{port}").redact("SM00000000000000000000000000000000")
