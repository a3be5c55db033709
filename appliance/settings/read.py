"""Reading the settings file: every mistake in it is told at once, each with the setting's name."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from appliance.errors import ApplianceError
from appliance.settings import fields
from appliance.settings.nearest import nearest
from appliance.settings.values import (
    AfterKeeping,
    AnsweringSettings,
    BackupSettings,
    CarrierKind,
    CarrierSettings,
    DeskKind,
    DeskSettings,
    Hours,
    KeepingSettings,
    KeySettings,
    MailSettings,
    MailTls,
    ModelKind,
    ModelSettings,
    SecretFile,
    Settings,
    Unattended,
    UnattendedStart,
)

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LARGEST: Final = 64 * 1024

# For the built-in test phone: it needs no account, and its address leads nowhere.
_PHONE_SID: Final = "AC" + "0" * 32
_PHONE_NUMBER: Final = "+15125550100"
_PHONE_URL: Final = "https://desk.example"
_TWILIO_API: Final = "https://api.twilio.com"

Section = TypeVar("Section")


class SettingsError(ApplianceError):
    """The settings file cannot be used. `problems` names each setting and what is wrong with it."""

    code = "settings"
    exit_code = 2

    mended_by: ClassVar[str] = "correct the settings file and try again"

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems), remedy=self.mended_by)
        self.problems = problems


class SecretFileError(SettingsError):
    """The file that a secret is to be read from does not hold one."""

    code = "secret-file"
    mended_by = "put the secret alone into that file, on one line, and try again"


@dataclass(frozen=True, slots=True)
class Table:
    """One section: how each setting is read, which must be there, and which is read whole by its own function."""

    readers: Mapping[str, fields.Reader]
    required: tuple[str, ...] = ()


TABLES: Final[Mapping[str, Table]] = {
    "desk": Table(
        {
            "name": fields.text,
            "kind": fields.choice(DeskKind),
            "timezone": fields.timezone,
            "state": fields.state,
            "address": fields.text,
            "phone": fields.number,
            "emergency_line": fields.number,
            "booking_link": fields.https_url,
        },
        required=("name", "kind", "timezone"),
    ),
    "hours": Table({**dict.fromkeys(WEEKDAYS, fields.ranges), "holidays": fields.holidays}),
    "carrier": Table(
        {
            "kind": fields.choice(CarrierKind),
            "account_sid": fields.account_sid,
            "auth_token": fields.secret,
            "number": fields.number,
            "public_url": fields.https_url,
            "api_base": fields.https_url,
        },
        required=("kind",),
    ),
    "model": Table(
        {
            "kind": fields.choice(ModelKind),
            "base_url": fields.https_url,
            "name": fields.text,
            "api_key": fields.secret,
        },
        required=("kind",),
    ),
    "mail": Table(
        {
            "host": fields.text,
            "port": fields.port,
            "tls": fields.choice(MailTls),
            "sender": fields.mail_address,
            "owner": fields.mail_address,
            "user": fields.text,
            "password": fields.secret,
        },
        required=("host", "port", "tls", "sender", "owner"),
    ),
    "answering": Table({"unattended": fields.choice(Unattended)}),
    "keeping": Table(
        {
            "bodies": fields.days(30, 60, 90, 180, 365, off=True),
            "runs": fields.days(90, 180, 365),
            "after": fields.choice(AfterKeeping),
            "archive_years": fields.years(7),
        }
    ),
    "backup": Table(
        {
            "places": fields.places,
            "s3_endpoint": fields.https_url,
            "s3_region": fields.text,
            "s3_key_id": fields.text,
            "s3_secret": fields.secret,
        }
    ),
    "keys": Table({"unattended": fields.choice(UnattendedStart)}),
}
_SECTIONS_REQUIRED: Final = ("desk", "carrier")


def read_settings(path: Path) -> Settings:
    """The settings in the file at `path`, secrets named relative to it. Raises SettingsError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError((f"{path.name} is larger than {_LARGEST // 1024} KiB",))
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError((f"{path} cannot be read as a UTF-8 text file",)) from None
    settings = parse_settings(source)
    here = path.parent
    return replace(
        settings,
        carrier=replace(settings.carrier, auth_token=_beside(here, settings.carrier.auth_token)),
        model=replace(settings.model, api_key=_beside(here, settings.model.api_key)),
        mail=settings.mail and replace(settings.mail, password=_beside(here, settings.mail.password)),
        backup=replace(settings.backup, s3_secret=_beside(here, settings.backup.s3_secret)),
    )


def parse_settings(source: str) -> Settings:
    """The settings in a text. Raises SettingsError with every mistake in it."""
    try:
        loaded = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        # The error quotes a position and what was expected there, not the line.
        raise SettingsError((f"this is not TOML: {error}",)) from None
    problems: list[str] = _unknown_sections(loaded)
    read = {name: _section(name, loaded.get(name, {}), problems) for name in TABLES}
    problems += [f"[{name}] is missing" for name in _SECTIONS_REQUIRED if name not in loaded]
    for name in loaded.keys() & TABLES.keys():
        problems += _missing(name, TABLES[name].required, loaded[name])
    problems += _together(read, loaded)
    if problems:
        raise SettingsError(tuple(dict.fromkeys(problems)))
    return _settings(read, loaded, source)


def _unknown_sections(loaded: Mapping[str, Any]) -> list[str]:
    return [_unknown(f"[{name}]", name, TABLES) for name in loaded if name not in TABLES]


def _unknown(shown: str, name: str, known: Mapping[str, Any]) -> str:
    hint = nearest(name, known)
    return f"{shown} is not a setting" + (f"; did you mean {hint!r}?" if hint else f"; there are {', '.join(known)}")


def _section(section: str, given: object, problems: list[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        problems.append(f"[{section}] must be a section")
        return {}
    read: dict[str, Any] = {}
    for name, value in given.items():
        reader = TABLES[section].readers.get(name)
        if reader is None:
            problems.append(_unknown(f"{section}.{name}", name, TABLES[section].readers))
            continue
        try:
            read[name] = reader(value)
        except fields.FieldError as error:
            problems.append(f"{section}.{name} {error}")
    return read


def _missing(section: str, required: tuple[str, ...], given: object) -> list[str]:
    present = given if isinstance(given, dict) else {}
    return [f"{section}.{name} is missing" for name in required if name not in present]


def _together(read: Mapping[str, Mapping[str, Any]], loaded: Mapping[str, Any]) -> list[str]:
    """Settings that need one another (2.1.2)."""
    problems: list[str] = []
    if read["carrier"].get("kind") is CarrierKind.TWILIO:
        needed = ("account_sid", "auth_token", "number", "public_url")
        problems += _missing("carrier", needed, loaded.get("carrier"))
    if read["model"].get("kind") is ModelKind.CLAUDE:
        problems += _missing("model", ("api_key",), loaded.get("model"))
    if read["model"].get("kind") is ModelKind.LOCAL:
        problems += _missing("model", ("base_url", "name"), loaded.get("model"))
    mail = read["mail"]
    if mail.get("tls") is MailTls.NONE and not _is_loopback(str(mail.get("host", ""))):
        problems.append('mail.tls may be "none" only for a server on this machine')
    if any(place.startswith("s3://") for place in read["backup"].get("places", ())):
        problems += _missing("backup", ("s3_key_id", "s3_secret"), loaded.get("backup"))
    if ("user" in mail) != ("password" in mail):
        problems.append("mail.user and mail.password go together")
    return problems


def _is_loopback(host: str) -> bool:
    try:
        fields.https_url(f"http://{host}")
    except fields.FieldError:
        return False
    return True


def _settings(read: Mapping[str, dict[str, Any]], loaded: Mapping[str, Any], source: str) -> Settings:
    hours = dict(read["hours"])
    closed = hours.pop("holidays", frozenset())
    carrier = dict(read["carrier"])
    if carrier["kind"] is CarrierKind.TEST_PHONE:
        carrier = {"account_sid": _PHONE_SID, "number": _PHONE_NUMBER, "public_url": _PHONE_URL} | carrier
    else:
        carrier = {"api_base": _TWILIO_API} | carrier
    desk = DeskSettings(**read["desk"])
    return Settings(
        desk=replace(desk, phone=desk.phone or carrier["number"]),
        hours=Hours(week=tuple(hours.get(day, ()) for day in WEEKDAYS), holidays=closed),
        carrier=CarrierSettings(**carrier),
        model=ModelSettings(**read["model"]),
        mail=MailSettings(**read["mail"]) if "mail" in loaded else None,
        answering=AnsweringSettings(**read["answering"]),
        keeping=KeepingSettings(**read["keeping"]),
        backup=BackupSettings(**read["backup"]),
        keys=KeySettings(**read["keys"]),
        source=source,
    )


def _beside(folder: Path, secret: SecretFile | None) -> SecretFile | None:
    return None if secret is None else SecretFile(folder / secret.path)


def read_secret(name: str, secret: SecretFile) -> bytes:
    """The secret in its file, without the line end. Raises SecretFileError."""
    try:
        content = secret.path.read_bytes().strip()
    except OSError:
        raise SecretFileError((f"{name}: the file {secret.path} cannot be read",)) from None
    if not content or len(content) > 4096 or b"\n" in content:
        raise SecretFileError((f"{name}: the file {secret.path.name} must hold the secret alone, on one line",))
    return content


def host_of(url: str) -> str:
    """The host of an address, for sentences."""
    return urlsplit(url).hostname or ""
