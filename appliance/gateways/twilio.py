"""Twilio behind the carrier port: its own SDK for shapes and paging, our egress for every byte.

The SDK weighs 22 MB, so it is loaded at the first call.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NoReturn, Protocol

import httpx2

from appliance.egress.quiet import quiet
from appliance.errors import CarrierError, EgressError, PermanentError, TransientError, UnknownOutcomeError, kebab
from appliance.gateways.sms import CarrierStatus, CarrierText, Direction, OutgoingText, ProviderReceipt
from storage.plaintext import Plaintext

PAGE: Final = 100
MOST_PAGES: Final = 200

# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATUS: Final = {
    "accepted": CarrierStatus.QUEUED,
    "scheduled": CarrierStatus.QUEUED,
    "queued": CarrierStatus.QUEUED,
    "sending": CarrierStatus.SENDING,
    "sent": CarrierStatus.SENT,
    "partially_delivered": CarrierStatus.SENT,
    "delivered": CarrierStatus.DELIVERED,
    "read": CarrierStatus.DELIVERED,
    "undelivered": CarrierStatus.UNDELIVERED,
    "failed": CarrierStatus.FAILED,
    "canceled": CarrierStatus.FAILED,
    "receiving": CarrierStatus.RECEIVED,
    "received": CarrierStatus.RECEIVED,
}

# Failures from before the first byte left: the text was surely not taken.
NOT_LEFT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


class TwilioGateway:
    """One account and one number at Twilio."""

    def __init__(
        self, *, client: httpx2.Client, account_sid: str, auth_token: Callable[[], str], number: str, api_base: str
    ) -> None:
        self._http = client
        self._account = account_sid
        self._token = auth_token
        self._number = number
        self._api_base = api_base
        self._loaded: tuple[str, Any] = "", None

    def send(self, text: OutgoingText) -> ProviderReceipt:
        wanted = {"to": text.to, "from_": self._number, "body": text.body.text}
        if text.status_callback:
            wanted["status_callback"] = text.status_callback
        try:
            made = self._messages().create(**wanted)
            return ProviderReceipt(_sid(made), status_of(made.status))
        except (CarrierError, EgressError):
            raise
        except NOT_LEFT as failure:
            raise TransientError(kebab(failure)) from failure
        except httpx2.HTTPError as failure:
            raise UnknownOutcomeError(kebab(failure)) from failure
        except Exception as failure:  # noqa: BLE001 - whatever the SDK makes of an odd answer, a text may be on its way
            _refused(failure, unclear=UnknownOutcomeError)

    def fetch(self, provider_id: str) -> CarrierText:
        with _Reading():
            return _text(self._messages()(provider_id).fetch())

    def list_texts(
        self, direction: Direction, *, since: int, until: int | None = None, other: str | None = None
    ) -> tuple[CarrierText, ...]:
        ours, theirs = ("to", "from_") if direction is Direction.IN else ("from_", "to")
        wanted = {ours: self._number, **({theirs: other} if other is not None else {})}
        with _Reading():
            return tuple(
                text
                for text in self._newest_first(wanted, since)
                if text.direction is direction and since <= text.created_at < (until or text.created_at + 1)
            )

    def redact(self, provider_id: str) -> None:
        with _Reading():
            text = self._messages()(provider_id)
            # An empty body is how Twilio is told to redact; numbers and times stay in its own records.
            text.update(body="")
            for one in text.media.list():
                one.delete()

    def _newest_first(self, wanted: Mapping[str, str], since: int) -> Iterator[CarrierText]:
        # No date filter: it goes by the date sent, which a text that is still queued does not have.
        page = self._messages().page(page_size=PAGE, **wanted)
        for _ in range(MOST_PAGES):
            texts = [_text(one) for one in page]
            yield from texts
            if texts and all(text.created_at < since for text in texts):
                return
            page = page.next_page()
            if page is None:
                return
        raise PermanentError("too-many-pages", "the carrier's list does not end")

    def _messages(self) -> Any:  # noqa: ANN401 - the SDK carries no types
        token = self._token()
        if self._loaded[0] != token:  # the first time, and after it was renewed
            self._loaded = token, load(self._http, self._account, token, self._api_base)
        return self._loaded[1]


def load(client: httpx2.Client, account_sid: str, auth_token: str, api_base: str) -> Any:  # noqa: ANN401 - no types
    """The SDK's message list, bound to our HTTP client and to nothing of the environment."""
    from twilio.http import HttpClient
    from twilio.http.response import Response
    from twilio.rest import Client

    quiet()

    class ThroughEgress(HttpClient):  # type: ignore[misc]
        """The SDK's requests over the client that egress handed out; it neither logs nor retries."""

        def __init__(self) -> None:
            self.is_async = False

        def request(self, method: str, uri: str, **asked: Any) -> Response:  # noqa: ANN401 - the SDK carries no types
            # Its wishes on time-outs and redirects are left aside: egress has set both.
            params, data = asked.get("params") or None, asked.get("data") or None
            answer = client.request(method, uri, params=params, data=data, headers=asked["headers"], auth=asked["auth"])
            if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
                raise TransientError("20429", retry_after=_retry_after(answer))
            return Response(answer.status_code, answer.text, answer.headers)

    # An empty mapping would make the SDK read the environment: a region or an edge there would redirect it.
    sdk = Client(account_sid, auth_token, account_sid, http_client=ThroughEgress(), environment={"read": "nothing"})
    sdk.api.base_url = api_base
    return sdk.api.v2010.accounts(account_sid).messages


def status_of(word: object) -> CarrierStatus:
    """The carrier's word as ours. A word we do not know tells nothing, so it counts as the earliest state."""
    return STATUS.get(str(word), CarrierStatus.QUEUED)


class _Reading:
    """Around a call that only reads: whatever goes wrong may be tried again, and nothing is unclear."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if failure is None or isinstance(failure, CarrierError | EgressError) or not isinstance(failure, Exception):
            return
        if isinstance(failure, httpx2.HTTPError):
            raise TransientError(kebab(failure)) from failure
        _refused(failure, unclear=TransientError)


class _Refusal(Protocol):
    def __call__(self, reason: str, sentence: str = "") -> CarrierError: ...


def _refused(failure: Exception, *, unclear: _Refusal) -> NoReturn:
    """Raise what an answer other than success means. Only what surely was not taken may be tried again."""
    status, code = getattr(failure, "status", None), getattr(failure, "code", None)
    if not isinstance(status, int):
        raise unclear("bad-answer", "the carrier's answer could not be understood") from None
    reason = str(code or f"http-{status}")
    if reason == "20503" or status == httpx2.codes.TOO_MANY_REQUESTS:
        raise TransientError(reason) from None
    if status in range(400, 500) and status != httpx2.codes.REQUEST_TIMEOUT:
        raise PermanentError(reason) from None
    raise unclear(reason) from None


def _text(one: Any) -> CarrierText:  # noqa: ANN401 - the SDK carries no types
    created = one.date_created
    if not isinstance(created, datetime):
        raise TypeError("a text without a date")
    return CarrierText(
        provider_id=_sid(one),
        direction=Direction.IN if one.direction == "inbound" else Direction.OUT,
        sender=one.from_ or "",
        to=one.to or "",
        body=Plaintext(one.body or ""),
        status=status_of(one.status),
        created_at=int(created.timestamp() * 1000),
        error_code=str(one.error_code or ""),
    )


def _sid(one: Any) -> str:  # noqa: ANN401 - the SDK carries no types
    if not isinstance(one.sid, str) or not one.sid:
        raise TypeError("a text without an id")
    return one.sid


def _retry_after(answer: httpx2.Response) -> int | None:
    wish = answer.headers.get("retry-after", "")
    return int(wish) * 1000 if wish.isascii() and wish.isdigit() and len(wish) <= 6 else None
