"""Off loopback everything is TLS 1.2 or better, with a certificate that was checked: real handshakes on loopback."""

import ssl
from pathlib import Path

import httpx2
import pytest

from appliance.egress.crossing import crossing
from appliance.egress.egress import system_trust
from appliance.egress.ledger import Outcome
from appliance.egress.permission import Purpose
from tests.standins.books import Books
from tests.standins.certificates import DAY, NOW, Authority, authority
from tests.standins.serving import Handler, StandIn

MESSAGES = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json"


class Hello(Handler):
    def do_GET(self) -> None:  # noqa: N802
        self.answer(200, {})


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return authority(tmp_path)


def call(server: ssl.SSLContext, trust: ssl.SSLContext, books: Books) -> int:
    with StandIn(Hello, tls=server) as peer, crossing(Purpose.SMS):
        books.grant(Purpose.SMS, peer.url)
        return books.egress(trust=trust).client(Purpose.SMS).get(peer.url + MESSAGES).status_code


def test_a_good_certificate_for_the_right_name_is_accepted(ours: Authority) -> None:
    assert call(ours.server(), ours.trust(), Books()) == 200


def test_bad_certificates_are_refused_and_nothing_left(ours: Authority, tmp_path: Path) -> None:
    foreign = authority(tmp_path)
    bad = {
        "of another authority": foreign.server(),
        "for another name": ours.server("127.0.0.9"),
        "expired": ours.server(until=NOW - DAY),
    }
    for server in bad.values():
        books = Books()

        with pytest.raises(httpx2.ConnectError):
            call(server, ours.trust(), books)

        assert books.last[1].outcome is Outcome.FAILED


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_older_versions_than_1_2_are_refused(ours: Authority) -> None:
    with pytest.raises(httpx2.ConnectError):
        call(ours.server(newest=ssl.TLSVersion.TLSv1_1), ours.trust(), Books())

    assert call(ours.server(newest=ssl.TLSVersion.TLSv1_2), ours.trust(), Books()) == 200


def test_the_systems_trust_checks_names_and_certificates_whatever_the_environment_says(
    ours: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "planted.pem"
    planted.write_text(ssl.DER_cert_to_PEM_cert(ours.trust().get_ca_certs(binary_form=True)[0]))
    monkeypatch.setenv("SSL_CERT_FILE", str(planted))

    trust = system_trust()

    assert (trust.verify_mode, trust.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trust.minimum_version == ssl.TLSVersion.TLSv1_2
    with pytest.raises(httpx2.ConnectError):
        call(ours.server(), trust, Books())
