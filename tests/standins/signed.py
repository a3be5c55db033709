"""The carrier's side of the door: forms signed as the carrier signs them, and a plain way to post them.

Written from the carrier's published description and not with its library, so that the door is checked by another hand.
"""

import base64
import hashlib
import hmac
import http.client
import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

ACCOUNT = "AC" + "0" * 30 + "42"
NUMBER = "+15125550100"
TOKEN = "0123456789abcdef0123456789abcdef"
FORM = "application/x-www-form-urlencoded"

_COUNT = itertools.count(1)


def message_sid() -> str:
    """A fresh id of the carrier's shape."""
    return f"SM{secrets.token_hex(12)}{next(_COUNT):08x}"


def sign(url: str, fields: Mapping[str, str], token: str = TOKEN) -> str:
    """The carrier's signature: HMAC-SHA1 over the address and the sorted names with their values, in base64."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def sms(
    body: str, *, sender: str = "+15125550123", sid: str = "", to: str = NUMBER, account: str = ACCOUNT
) -> dict[str, str]:
    """The form of a text from `sender` to the desk."""
    sid = sid or message_sid()
    return {
        "ToCountry": "US", "ToState": "TX", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "AUSTIN",
        "FromZip": "78701", "SmsSid": sid, "FromState": "TX", "SmsStatus": "received", "FromCity": "AUSTIN",
        "Body": body, "FromCountry": "US", "To": to, "ToZip": "78701", "NumSegments": "1", "MessageSid": sid,
        "AccountSid": account, "From": sender, "ApiVersion": "2010-04-01",
    }  # fmt: skip


def status(
    sid: str, state: str, *, to: str = "+15125550123", number: str = NUMBER, account: str = ACCOUNT, error: str = ""
) -> dict[str, str]:
    """The form of a delivery state of a reply that the desk sent to `to`."""
    form = {
        "MessageSid": sid, "SmsSid": sid, "MessageStatus": state, "SmsStatus": state, "To": to, "From": number,
        "AccountSid": account, "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return form | ({"ErrorCode": error} if error else {})


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Carrier:
    """Posts to the door at `port` as the carrier would through the tunnel: signed over the public address."""

    port: int
    public_url: str = "https://desk.example"
    desk: str = "maple"
    token: str = TOKEN

    def url(self, hook: str = "sms") -> str:
        return f"{self.public_url}/hooks/{self.desk}/{hook}"

    def post(self, fields: Mapping[str, str], *, hook: str = "sms", signature: str | None = None) -> Answered:
        """Signs and posts one form on a connection of its own. Raises OSError where the door does not answer."""
        headers = {
            "Host": urlsplit(self.public_url).netloc,
            "Content-Type": f"{FORM}; charset=UTF-8",
            "X-Twilio-Signature": sign(self.url(hook), fields, self.token) if signature is None else signature,
        }
        return self.send("POST", f"/hooks/{self.desk}/{hook}", urlencode(fields).encode(), headers)

    def text(self, body: str, *, sender: str = "+15125550123", sid: str = "") -> Answered:
        """A customer's text."""
        return self.post(sms(body, sender=sender, sid=sid))

    def send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            return Answered(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()
