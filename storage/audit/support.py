"""The log for support: what happened, without any id, number or name that could be joined with anything else.

Each bundle has a salt of its own that nobody keeps, so its pseudonyms join what is in it and nothing outside. Whoever
has the log itself can still tell which stretch of it this is, by the order of what happened.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pyrage

from storage.errors import RecipientError

QUARTER_MS: Final = 15 * 60 * 1000
_SALT_BYTES: Final = 32
_DIGITS: Final = 10
_ID: Final = re.compile(r"(?:[a-z]{1,16}:)?(?:[0-9a-f]{32}|[0-9a-f]{64})")
# Who acts in the code base; any other actor is somebody at the desk.
_PARTS: Final = frozenset({"desk", "core", "door", "owner", "command", "unknown", "system"})


@dataclass(frozen=True, slots=True)
class Disguise:
    """Pseudonyms and rounded times of one bundle."""

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(_SALT_BYTES), repr=False)

    def name(self, token: str) -> str:
        """The same for the same id within this bundle."""
        return "x" + hmac.new(self.salt, token.encode(), hashlib.sha256).hexdigest()[:_DIGITS]

    def actor(self, actor: str) -> str:
        """A part of the program by its name, a person by a pseudonym."""
        return actor if actor in _PARTS else self.name(actor)

    def told(self, value: object) -> object:
        """What may be told of a value in a leaf: counts and codes as they are, ids by pseudonym."""
        return self.name(value) if isinstance(value, str) and _ID.fullmatch(value) else value


def quarter(at: int) -> str:
    """A time, rounded down to a quarter of an hour."""
    moment = datetime.fromtimestamp(at // QUARTER_MS * QUARTER_MS / 1000, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def acts(bodies: Iterable[bytes], disguise: Disguise) -> list[dict[str, Any]]:
    """The leaves as support may see them. Their places in the log are left out: they would join."""
    return [_act(json.loads(body), disguise) for body in bodies]


def sealed_to(recipient: str, content: bytes) -> bytes:
    """An age file that only this recipient opens. Raises RecipientError."""
    try:
        sealed: bytes = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(recipient.strip())])
    except pyrage.RecipientError:
        raise RecipientError(
            "this is not an age recipient", remedy="ask support for theirs: it begins with age1"
        ) from None
    return sealed


def _act(leaf: Mapping[str, Any], disguise: Disguise) -> dict[str, Any]:
    detail = {name: _detail(name, value, disguise) for name, value in leaf["detail"].items()}
    return {
        "at": quarter(leaf["at"]),
        "actor": disguise.actor(leaf["actor"]),
        "action": leaf["action"],
        "object": disguise.told(leaf["object"]),
        "detail": detail,
    }


def _detail(name: str, value: Any, disguise: Disguise) -> object:  # noqa: ANN401 - whatever a leaf may hold
    if isinstance(value, list):
        return [_detail(name, one, disguise) for one in value]
    if (name == "at" or name.endswith("_at")) and type(value) is int:
        return quarter(value)
    return disguise.told(value)
