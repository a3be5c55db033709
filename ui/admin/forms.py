"""The one reader of forms and queries: strict UTF-8, each name once, only what a route declares, at its length."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from appliance.views.refusals import NotAcceptable

MOST_BYTES = 65_536
MOST_FIELDS = 32
# Line ends as a browser sends them become the one we store. NUL has no place in a page, a database text or an SMS.
_LINE_END = re.compile(r"\r\n?")


class BadForm(Exception):
    """Not something that our own pages send. The sentence holds no value."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input: how long it may be, what it may hold. Optional ones are empty when absent."""

    label: str
    most: int
    least: int = 1
    pattern: str = r"[\s\S]*"
    optional: bool = False
    trimmed: bool = False


IDENT = r"[0-9A-Za-z_-]{1,64}"
TOKEN = Field("form token", 64, pattern=r"[0-9a-f]{64}")
VERSION = Field("version", 9, pattern=r"[0-9]+")

Spec = Mapping[str, Field]


def check_fields(found: Mapping[str, str], spec: Spec) -> dict[str, str]:
    """The declared fields. Raises BadForm for what our pages never send, NotAcceptable for what a person got wrong."""
    if unknown := found.keys() - spec.keys():
        raise BadForm(f"{len(unknown)} unknown field(s)")
    return {name: _checked(name, found.get(name), field) for name, field in spec.items()}


def read_pairs(raw: bytes) -> dict[str, str]:
    """What was sent, decoded once. Raises BadForm."""
    if len(raw) > MOST_BYTES:
        raise BadForm("too large")
    if not raw:
        return {}
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:  # UnicodeDecodeError is one too
        raise BadForm("not a well-formed form") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadForm("a field is repeated")
    if any("\0" in value for value in found.values()):
        raise BadForm("NUL in a field")
    return found


def _checked(name: str, value: str | None, field: Field) -> str:
    if value is None:
        if not field.optional:
            raise BadForm(f"no {name}")
        return ""
    value = _LINE_END.sub("\n", value)
    value = value.strip() if field.trimmed else value
    if len(value) > field.most:
        raise NotAcceptable(
            f"The {field.label} is too long: {len(value):,} characters.",
            field=name,
            remedy=f"Shorten it to {field.most:,} characters or fewer.",
        )
    if len(value.strip()) < field.least and not (field.optional and not value):
        raise NotAcceptable(f"The {field.label} is empty.", field=name, remedy="Write something, then try again.")
    if not re.fullmatch(field.pattern, value):
        raise BadForm(f"{name} does not fit")
    return value
