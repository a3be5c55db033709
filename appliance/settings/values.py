"""The settings as values, once they were checked."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo


class DeskKind(StrEnum):
    """What kind of business it is: chooses the starting answers and whether health details are taken out."""

    DENTAL = "dental"
    CLINIC = "clinic"
    VET = "vet"
    THERAPIST = "therapist"
    MEDSPA = "medspa"
    SALON = "salon"
    PLUMBER = "plumber"
    HVAC = "hvac"
    LOCKSMITH = "locksmith"
    AUTO = "auto"
    GENERAL = "general"


HEALTH_KINDS: Final = frozenset({DeskKind.DENTAL, DeskKind.CLINIC, DeskKind.THERAPIST, DeskKind.MEDSPA})
"""Kinds that take health details out of stored bodies (claim A20)."""


class CarrierKind(StrEnum):
    """Who carries the texts."""

    TWILIO = "twilio"
    TEST_PHONE = "test-phone"


class ModelKind(StrEnum):
    """Who proposes answers. OFFLINE asks nobody."""

    OFFLINE = "offline"
    CLAUDE = "claude"
    LOCAL = "local"


class MailTls(StrEnum):
    """How the mail server is spoken to; NONE on loopback only."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Unattended(StrEnum):
    """What may go out without a person: approved answers, or nothing at all."""

    APPROVED = "approved"
    NOTHING = "nothing"


class UnattendedStart(StrEnum):
    """When a desk may open itself at the start by the keystore of the system, without anybody typing."""

    WHEN_DISK_ENCRYPTED = "when-disk-encrypted"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file whose content is a secret; read once, into the vault."""

    path: Path


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """[desk]. `state` is the two-letter US state or empty; `address`, `phone`, `booking_link` fill slots of answers."""

    name: str
    kind: DeskKind
    timezone: ZoneInfo
    state: str = ""
    address: str = ""
    phone: str = ""
    emergency_line: str = ""
    booking_link: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """[hours]. For each weekday, Monday first, the open ranges in minutes after midnight; days that are closed."""

    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """[carrier]. `public_url` is the address of the tunnel, over which the carrier's signature is made."""

    kind: CarrierKind
    account_sid: str
    number: str
    public_url: str
    api_base: str = ""
    auth_token: SecretFile | None = None


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """[model]."""

    kind: ModelKind = ModelKind.OFFLINE
    base_url: str = ""
    name: str = ""
    api_key: SecretFile | None = None


@dataclass(frozen=True, slots=True)
class MailSettings:
    """[mail]: where alerts go."""

    host: str
    port: int
    tls: MailTls
    sender: str
    owner: str
    user: str = ""
    password: SecretFile | None = None


@dataclass(frozen=True, slots=True)
class AnsweringSettings:
    """[answering]."""

    unattended: Unattended = Unattended.APPROVED


OFF: Final = 0
"""Words are not kept at all: gone within 24 hours of the next morning brief."""


class AfterKeeping(StrEnum):
    """What becomes of words past their keeping time."""

    DELETE = "delete"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class KeepingSettings:
    """[keeping]. Days for words and for runs; OFF for words that are not kept. Years for the archive."""

    bodies: int = 90
    runs: int = 90
    after: AfterKeeping = AfterKeeping.DELETE
    archive_years: int = 7


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """[backup]. `places` are folders, and `s3://bucket/beginning` in the storage that the other settings name."""

    places: tuple[str, ...] = ()
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_key_id: str = ""
    s3_secret: SecretFile | None = None


@dataclass(frozen=True, slots=True)
class KeySettings:
    """[keys]."""

    unattended: UnattendedStart = UnattendedStart.WHEN_DISK_ENCRYPTED


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. `source` is the text they were read from."""

    desk: DeskSettings
    hours: Hours
    carrier: CarrierSettings
    model: ModelSettings = field(default_factory=ModelSettings)
    mail: MailSettings | None = None
    answering: AnsweringSettings = field(default_factory=AnsweringSettings)
    keeping: KeepingSettings = field(default_factory=KeepingSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    keys: KeySettings = field(default_factory=KeySettings)
    source: str = field(default="", repr=False)

    @property
    def tags_health(self) -> bool:
        """Whether health details are taken out of stored bodies."""
        return self.desk.kind in HEALTH_KINDS
