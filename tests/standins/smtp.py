"""A mail server on loopback (aiosmtpd): plain, with STARTTLS, or without the STARTTLS it should have."""

import socket
import ssl
from email import message_from_bytes
from email.message import Message
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class _Box:
    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.envelopes.append(envelope)
        return self.answer


class SmtpStandIn:
    """Keeps what it was sent in `mails`; `answer` is what it says to the next ones."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> None:
        self._box = _Box()
        self._login = login
        more: dict[str, Any] = {"authenticator": self._known, "auth_required": True} if login else {}
        with socket.create_server(("127.0.0.1", 0)) as free:  # the controller cannot be asked for any port
            self.port = int(free.getsockname()[1])
        self._server = Controller(
            self._box, hostname="127.0.0.1", port=self.port, tls_context=tls, require_starttls=tls is not None, **more
        )

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(_bytes(envelope.content)) for envelope in self._box.envelopes]

    @property
    def recipients(self) -> list[str]:
        return [recipient for envelope in self._box.envelopes for recipient in envelope.rcpt_tos]

    def say(self, answer: str) -> None:
        """What the server answers to a mail from now on."""
        self._box.answer = answer

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def _known(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth: LoginPassword
    ) -> AuthResult:
        given = (auth.login.decode(), auth.password.decode())
        return AuthResult(success=given == self._login, handled=False)


def _bytes(content: bytes | str | None) -> bytes:
    assert isinstance(content, bytes)
    return content
