"""A stand-in for Twilio that speaks its HTTP, keeps its list, and misbehaves when told to.

    with TwilioStandIn() as twilio:                 # or: python -m tests.standins.twilio --port 0
        twilio.script("lost", "429:7")              # the next two creations
        ...
        twilio.creations                            # every text it ever created
        twilio.twice()                              # (to, body) pairs it was made to create more than once

Scripts: `ok` · `lost` (created, no answer) · `dropped` (nothing created, no answer) · `cut` (created, half an answer) ·
`slow:S` (created, answered after S seconds) · `bad-json` (created, nonsense) · `500` / `502` (not created) ·
`500-created` · `503` (Twilio's own 20503) · `429` / `429:S` (Retry-After) · any five-digit Twilio code (`21610`).

As a process it takes orders at `/_control`: POST JSON {"script": [...]}, {"inbound": {...}}, {"callbacks": {...}};
GET tells {"creations": [...], "twice": [...]}.
"""

import argparse
import base64
import json
import re
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.standins.serving import Handler, StandIn, run
from tests.standins.signed import ACCOUNT, NUMBER, TOKEN, sign, status

VERSION: Final = "2010-04-01"
MISSING: Final = (("To", 21604), ("From", 21603), ("Body", 21602))
LONGEST: Final = 1600
HTTP_OF: Final = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 20503: 503}


@dataclass
class Text:
    """One text in the carrier's list."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: float
    sent: float | None = None
    error_code: int | None = None
    callback: str = ""
    account: str = ACCOUNT
    media: list[str] = field(default_factory=list)

    def media_shown(self, path: str) -> dict[str, Any]:
        """The list of its pictures."""
        where = f"/{VERSION}/Accounts/{self.account}/Messages/{self.sid}/Media"
        shown = [
            {
                "sid": one,
                "account_sid": self.account,
                "parent_sid": self.sid,
                "content_type": "image/jpeg",
                "date_created": formatdate(self.created),
                "date_updated": formatdate(self.created),
                "uri": f"{where}/{one}.json",
            }
            for one in self.media
        ]
        page = {"first_page_uri": path, "next_page_uri": None, "previous_page_uri": None, "uri": path}
        return {"media_list": shown, "page": 0, "page_size": 50, "start": 0, "end": len(shown), **page}

    def shown(self) -> dict[str, Any]:
        """As the API shows it."""
        uri = f"/{VERSION}/Accounts/{self.account}/Messages/{self.sid}"
        return {
            "account_sid": self.account,
            "api_version": VERSION,
            "body": self.body,
            "date_created": formatdate(self.created),
            "date_sent": None if self.sent is None else formatdate(self.sent),
            "date_updated": formatdate(self.sent or self.created),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(len(self.body) // 153 + 1),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass(frozen=True)
class Callbacks:
    """Where status callbacks really go, though they are signed for the public address, and what they say."""

    public_url: str
    deliver_to: str
    statuses: tuple[str, ...] = ("queued", "sending", "sent", "delivered")


class TwilioHandler(Handler):
    standin: "TwilioStandIn"

    def do_POST(self) -> None:  # noqa: N802 - the parent's name
        sent = self.body()
        if self.path == "/_control":
            self.answer(200, self.standin.ordered(json.loads(sent)))
        elif found := self._named(r"([^/.]+)\.json"):
            fields = dict(parse_qsl(sent.decode(), keep_blank_values=True))
            if fields == {"Body": ""}:
                found.body = ""
                self.answer(200, found.shown())
            else:
                self._refuse(20001, 400)
        elif self._allowed(f"/{VERSION}/Accounts/{self.standin.account}/Messages.json"):
            self._create(dict(parse_qsl(sent.decode(), keep_blank_values=True)))

    def do_GET(self) -> None:  # noqa: N802 - the parent's name
        path = urlsplit(self.path).path
        if path == "/_control":
            self.answer(200, self.standin.report())
            return
        one = f"/{VERSION}/Accounts/{self.standin.account}/Messages/"
        if found := self._named(r"([^/.]+)/Media\.json"):
            self.answer(200, found.media_shown(path))
            return
        if path.startswith(one) and self._allowed(path):
            sid = path.removeprefix(one).removesuffix(".json")
            found = next((text for text in self.standin.texts if text.sid == sid), None)
            self.answer(200, found.shown()) if found else self._refuse(20404, 404)
        elif self._allowed(one.removesuffix("/") + ".json"):
            self.answer(200, self.standin.page(self.path))

    def do_DELETE(self) -> None:  # noqa: N802 - the parent's name
        if found := self._named(r"([^/.]+)/Media/[^/.]+\.json"):
            found.media.remove(urlsplit(self.path).path.rpartition("/")[2].removesuffix(".json"))
            self.answer_bytes(204, b"")
        else:
            self._refuse(20404, 404)

    def _named(self, rest: str) -> "Text | None":
        """The text that an address below the list of messages names, once its caller is known."""
        path = urlsplit(self.path).path
        named = re.fullmatch(rf"/{VERSION}/Accounts/{self.standin.account}/Messages/{rest}", path)
        if named is None or not self._allowed(path):
            return None
        return next((text for text in self.standin.texts if text.sid == named[1]), None)

    def _allowed(self, path: str) -> bool:
        wanted = base64.b64encode(f"{self.standin.account}:{self.standin.token}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {wanted}":
            self._refuse(20003, 401)
            return False
        if urlsplit(self.path).path != path:
            self._refuse(20404, 404)
            return False
        return True

    def _create(self, fields: dict[str, str]) -> None:
        for name, code in MISSING:
            if not fields.get(name):
                self._refuse(code, 400)
                return
        if len(fields["Body"]) > LONGEST:
            self._refuse(21617, 400)
            return
        step, _, detail = self.standin.next_step().partition(":")
        if step.isdigit() and len(step) == 5:
            self._refuse(int(step), HTTP_OF.get(int(step), 400))
        elif step in STEPS:
            STEPS[step](self, fields, detail)
        else:
            raise ValueError(step)

    def _refuse(self, code: int, status: int, headers: dict[str, str] | None = None) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self.answer(status, {"code": code, "message": "refused", "more_info": more, "status": status}, headers)

    def _ok(self, fields: dict[str, str], detail: str) -> None:
        made = self.standin.create(fields)
        time.sleep(float(detail or 0))
        self.answer(201, made.shown())
        self.standin.call_back(made)

    def _lost(self, fields: dict[str, str], detail: str) -> None:
        self.standin.create(fields)
        self.hang_up()

    def _dropped(self, fields: dict[str, str], detail: str) -> None:
        self.hang_up()

    def _cut(self, fields: dict[str, str], detail: str) -> None:
        shown = json.dumps(self.standin.create(fields).shown()).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(shown)))
        self.end_headers()
        self.wfile.write(shown[: len(shown) // 2])
        self.hang_up()

    def _bad_json(self, fields: dict[str, str], detail: str) -> None:
        self.standin.create(fields)
        self.answer_bytes(201, b"<html>a proxy of somebody's</html>")

    def _broken(self, fields: dict[str, str], detail: str) -> None:
        self._refuse(20500, 500)

    def _broken_but_created(self, fields: dict[str, str], detail: str) -> None:
        self.standin.create(fields)
        self._refuse(20500, 500)

    def _gateway(self, fields: dict[str, str], detail: str) -> None:
        self.answer_bytes(502, b"<html>bad gateway</html>")

    def _unavailable(self, fields: dict[str, str], detail: str) -> None:
        self._refuse(20503, 503)

    def _too_many(self, fields: dict[str, str], detail: str) -> None:
        self._refuse(20429, 429, {"Retry-After": detail} if detail else {})


STEPS: Final[dict[str, Callable[[TwilioHandler, dict[str, str], str], None]]] = {
    "ok": TwilioHandler._ok,
    "slow": TwilioHandler._ok,
    "lost": TwilioHandler._lost,
    "dropped": TwilioHandler._dropped,
    "cut": TwilioHandler._cut,
    "bad-json": TwilioHandler._bad_json,
    "500": TwilioHandler._broken,
    "500-created": TwilioHandler._broken_but_created,
    "502": TwilioHandler._gateway,
    "503": TwilioHandler._unavailable,
    "429": TwilioHandler._too_many,
}


class TwilioStandIn(StandIn):
    """One account at the carrier."""

    def __init__(self, *, account: str = ACCOUNT, token: str = TOKEN, number: str = NUMBER, port: int = 0) -> None:
        super().__init__(TwilioHandler, port=port)
        self.account, self.token, self.number = account, token, number
        self.texts: list[Text] = []
        self.callbacks: Callbacks | None = None
        self.now: Callable[[], float] = time.time
        self._steps: deque[str] = deque()

    @property
    def creations(self) -> list[Text]:
        """Every text that was created over the API, oldest first."""
        return [text for text in self.texts if text.direction == "outbound-api"]

    def script(self, *steps: str) -> None:
        """What the next creations meet; after them all is well again."""
        self._steps.extend(steps)

    def next_step(self) -> str:
        return self._steps.popleft() if self._steps else "ok"

    def twice(self) -> list[tuple[str, str]]:
        """What was created more than once."""
        return [pair for pair, times in Counter((one.to, one.body) for one in self.creations).items() if times > 1]

    def create(self, fields: dict[str, str]) -> Text:
        made = Text(
            sid=f"SM{uuid.uuid4().hex}",
            sender=fields["From"],
            to=fields["To"],
            body=fields["Body"],
            direction="outbound-api",
            status="queued",
            created=self.now(),
            callback=fields.get("StatusCallback", ""),
            account=self.account,
        )
        self.texts.append(made)
        return made

    def inbound(self, sender: str, body: str, *, sid: str = "", created: float | None = None) -> Text:
        """A customer's text in the list, whether or not its webhook ever arrived."""
        at = self.now() if created is None else created
        sid = sid or f"SM{uuid.uuid4().hex}"
        text = Text(sid, sender, self.number, body, "inbound", "received", at, sent=at, account=self.account)
        self.texts.append(text)
        return text

    def page(self, target: str) -> dict[str, Any]:
        """A page of the list, newest first, filtered as asked."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        wanted = [text for text in reversed(self.texts) if _matches(text, query)]
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        shown, more = wanted[page * size : (page + 1) * size], len(wanted) > (page + 1) * size
        base = f"/{VERSION}/Accounts/{self.account}/Messages.json?"

        def uri(number: int) -> str:
            token = {"PageToken": f"PASM{number:032x}"} if number else {}
            return base + urlencode({**query, "PageSize": size, "Page": number} | token)

        return {
            "end": page * size + max(len(shown) - 1, 0),
            "first_page_uri": uri(0),
            "messages": [text.shown() for text in shown],
            "next_page_uri": uri(page + 1) if more else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": uri(page - 1) if page else None,
            "start": page * size,
            "uri": uri(page),
        }

    def call_back(self, text: Text, statuses: Sequence[str] | None = None) -> list[int]:
        """Tell the door what became of a text, signed, in the order given; the door's HTTP answers."""
        if self.callbacks is None or not text.callback:
            return []
        answers = []
        for state in self.callbacks.statuses if statuses is None else statuses:
            text.status = state
            fields = status(
                text.sid, state, to=text.to, number=text.sender, account=self.account, error=str(text.error_code or "")
            )
            path = text.callback.removeprefix(self.callbacks.public_url)
            answers.append(post_signed(self.callbacks.deliver_to + path, text.callback, self.token, fields))
        return answers

    def ordered(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what `/_control` asks."""
        self.script(*order.get("script", []))
        if "inbound" in order:
            return {"sid": self.inbound(**order["inbound"]).sid}
        if "callbacks" in order:
            wanted = order["callbacks"]
            self.callbacks = Callbacks(**{**wanted, "statuses": tuple(wanted.get("statuses", Callbacks.statuses))})
        return {}

    def report(self) -> dict[str, Any]:
        """What `/_control` tells."""
        return {"creations": [text.shown() for text in self.creations], "twice": self.twice()}


def post_signed(url: str, public_url: str, token: str, fields: dict[str, str]) -> int:
    """Post a webhook as the carrier does: signed for its public address. The HTTP status of the answer."""
    headers = {
        "X-Twilio-Signature": sign(public_url, fields, token),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    asked = urllib.request.Request(url, data=urlencode(fields).encode(), headers=headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def _matches(text: Text, query: dict[str, str]) -> bool:
    if text.to != query.get("To", text.to) or text.sender != query.get("From", text.sender):
        return False
    day = None if text.sent is None else time.strftime("%Y-%m-%d", time.gmtime(text.sent))
    for name, fits in (("DateSent", "__eq__"), ("DateSent<", "__le__"), ("DateSent>", "__ge__")):
        # As at Twilio, a text that was not sent yet has no such date, and no filter by it finds the text.
        if name in query and (day is None or not getattr(day, fits)(query[name][:10])):
            return False
    return True


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stand-in for Twilio.")
    parser.add_argument("--account", default=ACCOUNT)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--number", default=NUMBER)
    run(
        lambda asked: TwilioStandIn(account=asked.account, token=asked.token, number=asked.number, port=asked.port),
        parser,
    )
