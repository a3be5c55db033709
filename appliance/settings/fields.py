"""How each setting is read: one small function a type. Each raises FieldError; its sentence follows the name."""

import re
from collections.abc import Callable
from enum import StrEnum
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from appliance.settings.nearest import nearest
from appliance.settings.values import OFF, SecretFile

Reader = Callable[[Any], Any]
Kind = TypeVar("Kind", bound=StrEnum)

_SID: Final = re.compile(r"AC[0-9a-fA-F]{32}")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_RANGE: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_DATE: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_MAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_BUCKET: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_.-]+)*")
_DAY_MINUTES: Final = 24 * 60
_LONGEST: Final = 200
_LAST_PORT: Final = 65_535


class FieldError(Exception):
    """What is wrong with one value; never the value itself, which could be a secret in the wrong place."""


def text(value: object) -> str:
    """A short line of text."""
    if not isinstance(value, str) or not value.strip():
        raise FieldError("must be a text in quotes")
    if len(value) > _LONGEST or any(ord(letter) < ord(" ") for letter in value):
        raise FieldError(f"must be one line of at most {_LONGEST} characters")
    return value.strip()


def choice(kind: type[Kind]) -> Callable[[object], Kind]:
    """One of a closed list."""

    def read(value: object) -> Kind:
        try:
            return kind(str(value))
        except ValueError:
            names = [one.value for one in kind]
            hint = nearest(value, names) if isinstance(value, str) else None
            meant = f"; did you mean {hint!r}?" if hint else ""
            raise FieldError(f"must be one of {', '.join(names)}{meant}") from None

    return read


def timezone(value: object) -> ZoneInfo:
    """A zone of the IANA database."""
    try:
        return ZoneInfo(str(value))
    except (ValueError, OSError, KeyError):
        # Listing all zones walks the whole database, so it is done for a hint alone.
        hint = nearest(str(value), sorted(available_timezones()))
    meant = f"; did you mean {hint!r}?" if hint else ""
    raise FieldError(f'must be a time zone such as "America/Chicago"{meant}')


def state(value: object) -> str:
    """Two letters of a US state."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{2}", value):
        raise FieldError('must be two letters, such as "TX"')
    return value.upper()


def number(value: object) -> str:
    """A phone number in E.164."""
    plain = re.sub(r"[ ().-]", "", value) if isinstance(value, str) else ""
    if not _NUMBER.fullmatch(plain):
        raise FieldError('must be a number with its country, such as "+15125550100"')
    return plain


def account_sid(value: object) -> str:
    """The carrier's account."""
    if not isinstance(value, str) or not _SID.fullmatch(value):
        raise FieldError("must be AC and 32 hexadecimal characters, as the carrier's console shows it")
    return value


def https_url(value: object) -> str:
    """An https address; plain http for this machine only (12.2.1)."""
    if not isinstance(value, str):
        raise FieldError("must be an address in quotes")
    parts = urlsplit(value)
    if parts.query or parts.fragment or parts.username or not parts.hostname:
        raise FieldError('must be an address such as "https://desk.example"')
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname)):
        raise FieldError("must begin with https:// (plain http is for this machine only)")
    return value.rstrip("/")


def port(value: object) -> int:
    """A TCP port."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LAST_PORT:
        raise FieldError("must be a port number from 1 to 65535")
    return value


def days(*choices: int, off: bool = False) -> Callable[[object], int]:
    """One of a few numbers of days; "off" where nothing may be kept."""

    def read(value: object) -> int:
        if off and value == "off":
            return OFF
        if isinstance(value, bool) or value not in choices:
            last = ', or "off"' if off else ""
            raise FieldError(f"must be {', '.join(map(str, choices))}{last}")
        return int(str(value))

    return read


def years(most: int) -> Callable[[object], int]:
    """A whole number of years."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise FieldError(f"must be a whole number of years from 1 to {most}")
        return value

    return read


def mail_address(value: object) -> str:
    """A mail address."""
    if not isinstance(value, str) or not _MAIL.fullmatch(value):
        raise FieldError('must be a mail address such as "owner@desk.example"')
    return value


def secret(value: object) -> SecretFile:
    """`{ file = "…" }`. A text in quotes is a secret in the wrong place."""
    if isinstance(value, str):
        raise FieldError('must not stand in this file; write it to a file of its own and put { file = "that file" }')
    if not isinstance(value, dict) or set(value) != {"file"} or not isinstance(value["file"], str):
        raise FieldError('must be { file = "…" }')
    return SecretFile(Path(value["file"]))


def places(value: object) -> tuple[str, ...]:
    """Where backups go: whole paths of folders, or s3://bucket/beginning."""
    if not isinstance(value, list) or not all(isinstance(one, str) and _is_place(one) for one in value):
        raise FieldError('must be a list of folders such as ["/mnt/stick/nightdesk"], or of "s3://bucket/beginning"')
    if len(set(value)) != len(value):
        raise FieldError("names a place twice")
    return tuple(value)


def _is_place(place: str) -> bool:
    return bool(_BUCKET.fullmatch(place)) if place.startswith("s3://") else Path(place).is_absolute()


def ranges(value: object) -> tuple[tuple[int, int], ...]:
    """Open hours of one day, in minutes after midnight, in order."""
    if not isinstance(value, list):
        raise FieldError('must be a list such as ["08:00-12:00", "13:00-17:00"], or [] when closed')
    found = [_range(one) for one in value]
    if any(end > start for (_, end), (start, _) in pairwise(found)):
        raise FieldError("must be in order, without overlaps")
    return tuple(found)


def holidays(value: object) -> frozenset[str]:
    """Dates on which it is closed."""
    if not isinstance(value, list) or not all(_DATE.fullmatch(str(one)) for one in value):
        raise FieldError('must be a list of dates such as ["2026-12-25"]')
    return frozenset(str(one) for one in value)


def _range(value: object) -> tuple[int, int]:
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise FieldError('must hold ranges such as "08:00-17:00"')
    from_hour, from_minute, to_hour, to_minute = (int(group) for group in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if not start < end <= _DAY_MINUTES:
        raise FieldError("must hold ranges that end after they begin, by 24:00")
    return start, end


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
