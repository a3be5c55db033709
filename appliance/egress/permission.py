"""What may leave: who allowed which data to go where, for what. The vault keeps these; this is what egress asks it."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType, Protocol
from urllib.parse import urlsplit

from appliance.errors import EgressRefused

PermissionId = NewType("PermissionId", str)

DEFAULT_PORTS: Final = {"https": 443, "http": 80, "smtp": 25, "smtps": 465, "smtp+starttls": 587}
ENCRYPTED: Final = frozenset({"https", "smtps", "smtp+starttls"})


class Purpose(StrEnum):
    """What a departure is for."""

    SMS = "sms"
    MODEL = "model"
    MAIL = "mail"
    BACKUP = "backup"


class DataClass(StrEnum):
    """What kind of data goes there; one permission is for one kind."""

    TEXTS = "texts"
    """Numbers and the words of texts: what a carrier must know."""
    REDACTED_PROMPT = "redacted-prompt"
    """A redacted thread, the playbook, the approved answers. No name, no number."""
    ALERT = "alert"
    """That something happened, with an id. Nobody's words."""
    SEALED_COPIES = "sealed-copies"
    """Backups: sealed before they leave, so that the other side learns sizes and times."""


CARRIES: Final = {
    Purpose.SMS: DataClass.TEXTS,
    Purpose.MODEL: DataClass.REDACTED_PROMPT,
    Purpose.MAIL: DataClass.ALERT,
    Purpose.BACKUP: DataClass.SEALED_COPIES,
}


@dataclass(frozen=True, slots=True)
class Destination:
    """One place outside: scheme, host and port, nothing else. Equal destinations are the same place."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether this is surely this machine. A name that only resolves to it does not count, but for localhost."""
        return self.host == "localhost" or is_loopback(self.host)

    @property
    def encrypted(self) -> bool:
        """Whether what goes there is encrypted on the way."""
        return self.scheme in ENCRYPTED


@dataclass(frozen=True, slots=True)
class Permission:
    """Somebody allowed one kind of data to go to one place for one purpose."""

    id: PermissionId
    destination: Destination
    purpose: Purpose
    data: DataClass
    granted_by: str
    granted_at: int


class PermissionBook(Protocol):
    """Where the permissions are kept."""

    def standing(self, purpose: Purpose) -> tuple[Permission, ...]:
        """The permissions for this purpose that were granted and not withdrawn, as they are at this moment."""


def destination(url: str) -> Destination:
    """The place a URL points at. Raises EgressRefused for a scheme that is not spoken here, or for no host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise EgressRefused("bad-address", "that is not an address") from None
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise EgressRefused("bad-address", f"nothing leaves by the scheme {parts.scheme[:20]!r}")
    return Destination(parts.scheme, host.rstrip(".").lower(), port or DEFAULT_PORTS[parts.scheme])


def is_loopback(address: str) -> bool:
    """Whether it is a literal address of this machine. A name never is."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def permit(book: PermissionBook, *, where: Destination, purpose: Purpose) -> Permission:
    """The permission that covers this departure. Raises EgressRefused."""
    # Plain text is for this machine alone, whatever anybody granted.
    if not where.encrypted and not where.loopback:
        raise EgressRefused(
            "plain-text", f"{where} is not encrypted and not on this machine", remedy="use an https address"
        )
    data = CARRIES[purpose]
    for permission in book.standing(purpose):
        if permission.purpose is purpose and permission.data is data and permission.destination == where:
            return permission
    raise EgressRefused(
        "no-permission",
        f"nobody allowed {data.value} to go to {where} for {purpose.value}",
        remedy="an owner grants it on the page 'What may leave'",
    )
