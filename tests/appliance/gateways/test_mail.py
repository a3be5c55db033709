"""Alerts by mail: encrypted or not at all, to the owner alone, in the ledger, with nothing smuggled into a header."""

import ssl
from pathlib import Path

import pytest

from appliance.egress.crossing import crossing
from appliance.egress.ledger import Outcome
from appliance.egress.permission import CARRIES, Permission, PermissionId, Purpose
from appliance.errors import EgressRefused, MailError
from appliance.gateways.mail import MailAccount, Mailer
from appliance.settings.values import MailTls
from tests.standins.books import Books
from tests.standins.certificates import authority
from tests.standins.clock import FixedClock
from tests.standins.smtp import SmtpStandIn

LINES = ("A text from last night may be urgent.", "Open the desk to see it.")


def send(
    account: MailAccount, books: Books, *, trust: ssl.SSLContext | None = None, subject: str = "Nightdesk: 1 urgent"
) -> None:
    permission = Permission(PermissionId("p"), account.destination, Purpose.MAIL, CARRIES[Purpose.MAIL], "owner", 0)
    books.permissions.append(permission)
    with crossing(Purpose.MAIL):
        Mailer(account, egress=books.egress(trust=trust), clock=FixedClock()).tell_owner(subject, LINES)


def account(port: int, tls: MailTls = MailTls.NONE, **changed: object) -> MailAccount:
    known = {"host": "127.0.0.1", "sender": "desk@example.com", "owner": "owner@example.com", "login": None}
    return MailAccount(port=port, tls=tls, **(known | changed))  # type: ignore[arg-type]


def test_an_alert_reaches_the_owner_and_stands_in_the_ledger() -> None:
    books = Books()

    with SmtpStandIn() as server:
        send(account(server.port), books)

        mail = server.mails[0]
        assert server.recipients == ["owner@example.com"]
        assert mail["Subject"] == "Nightdesk: 1 urgent"
        assert str(mail.get_payload()).splitlines() == list(LINES)
        assert mail["Auto-Submitted"] == "auto-generated"
    departure, arrival = books.last
    assert (departure.method, departure.body, arrival.outcome, arrival.status) == ("MAIL", None, Outcome.DONE, 250)


def test_starttls_with_a_login(tmp_path: Path) -> None:
    ours = authority(tmp_path)

    with SmtpStandIn(tls=ours.server(), login=("desk", "a-word")) as server:
        send(account(server.port, MailTls.STARTTLS, login=lambda: ("desk", "a-word")), Books(), trust=ours.trust())
        with pytest.raises(MailError, match="535"):
            send(account(server.port, MailTls.STARTTLS, login=lambda: ("desk", "another")), Books(), trust=ours.trust())

        assert len(server.mails) == 1


def test_a_stripped_starttls_is_refused_and_nothing_is_said(tmp_path: Path) -> None:
    books = Books()

    with SmtpStandIn() as server:
        with pytest.raises(MailError):
            send(account(server.port, MailTls.STARTTLS), books, trust=authority(tmp_path).trust())

        assert server.mails == []
    assert books.last[1].outcome is Outcome.FAILED


def test_a_strangers_certificate_is_refused(tmp_path: Path) -> None:
    with SmtpStandIn(tls=authority(tmp_path).server()) as server, pytest.raises(MailError):
        send(account(server.port, MailTls.STARTTLS), Books(), trust=authority(tmp_path).trust())


def test_mail_without_tls_stays_on_this_machine() -> None:
    with pytest.raises(EgressRefused) as refused:
        send(account(25, host="mail.example.com"), Books())

    assert refused.value.reason == "plain-text"


@pytest.mark.parametrize("subject", ["two\nlines", "two\r\nBcc: other@example.com", "a\x00nul"])
def test_a_header_cannot_be_smuggled_in_by_the_subject(subject: str) -> None:
    with SmtpStandIn() as server:
        with pytest.raises(MailError):
            send(account(server.port), Books(), subject=subject)

        assert server.mails == []


@pytest.mark.parametrize(
    "owner", ["owner@example.com\nBcc: other@example.com", "owner", "a@example.com, b@example.com"]
)
def test_a_header_cannot_be_smuggled_in_by_an_address(owner: str) -> None:
    with SmtpStandIn() as server:
        with pytest.raises(MailError):
            send(account(server.port, owner=owner), Books())

        assert server.mails == []


def test_a_server_that_refuses_is_named_by_its_code() -> None:
    with SmtpStandIn() as server:
        server.say("452 full")
        with pytest.raises(MailError, match="452"):
            send(account(server.port), Books())
