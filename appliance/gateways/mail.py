"""Mail to the owner: that something needs them, with codes and counts. Nobody's words, names or numbers go by mail."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Final

from appliance.egress.barrier import Barrier
from appliance.egress.dial import dial
from appliance.egress.egress import Egress
from appliance.egress.passage import Leaving
from appliance.egress.permission import Destination, Purpose, destination
from appliance.errors import MailError
from appliance.gateways.clock import Clock
from appliance.settings.values import MailTls

SECONDS: Final = 20.0
LONGEST: Final = 2000
# An address of ours would tell the server this machine's name; a literal loopback address tells it nothing.
HELO: Final = "[127.0.0.1]"


# NONE works on loopback only, whatever anybody granted.
SCHEMES: Final = {MailTls.STARTTLS: "smtp+starttls", MailTls.TLS: "smtps", MailTls.NONE: "smtp"}


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Where alerts are mailed by, and to whom."""

    host: str
    port: int
    tls: MailTls
    sender: str
    owner: str
    login: Callable[[], tuple[str, str]] | None = field(default=None, repr=False)

    @property
    def destination(self) -> Destination:
        """What the permission is for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return destination(f"{SCHEMES[self.tls]}://{host}:{self.port}")


class Mailer:
    """Mails the owner. Called inside a crossing for mail."""

    def __init__(self, account: MailAccount, *, egress: Egress, clock: Clock) -> None:
        self._account = account
        self._egress = egress
        self._clock = clock

    def tell_owner(self, subject: str, lines: tuple[str, ...]) -> None:
        """Hand one mail over. Raises MailError; EgressRefused where nobody allowed it."""
        body = self._letter(subject, lines).as_bytes(policy=SMTP)
        to = self._account.destination
        with self._egress.departing(Leaving(Purpose.MAIL, to, "MAIL", "", body)) as passage:
            try:
                with self._connection() as server:
                    passage.trace("mail.started")
                    server.sendmail(self._account.sender, [self._account.owner], body)
            except (smtplib.SMTPException, OSError) as failure:
                raise MailError(
                    f"the mail server did not take the alert ({_code(failure)})",
                    remedy="check host, port, tls and the login under [mail]",
                ) from None
            passage.arrived(250, 0)

    def _letter(self, subject: str, lines: tuple[str, ...]) -> EmailMessage:
        text = "\n".join(lines)
        if any(not letter.isprintable() for letter in subject + text.replace("\n", "")) or len(text) > LONGEST:
            raise MailError("an alert is plain words of a few lines")
        letter = EmailMessage()
        try:
            letter["From"] = Address(addr_spec=self._account.sender)
            letter["To"] = Address(addr_spec=self._account.owner)
            letter["Subject"] = subject
        except (ValueError, MessageError, IndexError):
            raise MailError("an address under [mail] is not one", remedy="check sender and owner") from None
        letter["Date"] = format_datetime(datetime.fromtimestamp(self._clock.now() / 1000, UTC))
        letter["Message-ID"] = make_msgid(domain=self._account.sender.rpartition("@")[2])
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text + "\n")
        return letter

    def _connection(self) -> smtplib.SMTP:
        account, trust = self._account, self._egress.trust
        implicit = trust if account.tls is MailTls.TLS else None
        server = _Dialled(account.host, account.port, barrier=self._egress.barrier, implicit=implicit)
        try:
            if account.tls is MailTls.STARTTLS:
                server.starttls(context=trust)  # raises where the server does not offer it: no fall-back
            if account.login is not None:
                server.login(*account.login())
        except BaseException:
            server.close()
            raise
        return server


class _Dialled(smtplib.SMTP):
    """smtplib over a connection that the barrier was opened for."""

    def __init__(self, host: str, port: int, *, barrier: Barrier, implicit: ssl.SSLContext | None) -> None:
        self._barrier = barrier
        self._implicit = implicit
        super().__init__(host, port, local_hostname=HELO, timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        def connect(address: str) -> socket.socket:
            return socket.create_connection((address, port), timeout)

        made = dial(host, port, barrier=self._barrier, connect=connect)
        return made if self._implicit is None else self._implicit.wrap_socket(made, server_hostname=host)


def _code(failure: Exception) -> str:
    return str(getattr(failure, "smtp_code", "")) or type(failure).__name__
