"""The carrier's signature over one form: checked here and nowhere else, by the door and again by intake where the
door had no token. Over the public address of the settings, never over what the request says of itself.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import SplitResult, urlsplit

from twilio.request_validator import RequestValidator

from appliance.errors import ApplianceError

_DEFAULT_PORTS = {"https": 443, "http": 80}

Fields = tuple[tuple[str, str], ...]


class SignatureError(ApplianceError):
    """No current token makes this signature over this form."""

    code = "signature"


@dataclass(frozen=True, slots=True)
class SignedForm:
    """A form that a holder of the carrier's token signed for this very address."""

    url: str
    fields: Fields = field(repr=False)


def check_signature(*, tokens: Sequence[str], url: str, fields: Fields, signature: str) -> SignedForm:
    """The form, once one of `tokens` has made `signature` over it. Raises SignatureError.

    Names must not repeat: the carrier's way of signing would let such a form be reordered unnoticed.
    """
    # The carrier signs the address with or without its port, whatever was set there.
    if len(dict(fields)) < len(fields) or not (
        _any_makes(tokens, url, fields, signature) or _any_makes(tokens, _other_spelling(url), fields, signature)
    ):
        raise SignatureError("the signature is not the carrier's")
    return SignedForm(url, fields)


def sign(token: str, url: str, fields: Fields) -> str:
    """The signature a carrier with that token makes; the built-in test phone signs its texts with it."""
    # Where no name repeats, this is the text that the carrier's library would join from the parameters itself,
    # in a third of the time.
    text = url + "".join(chain.from_iterable(sorted(fields)))
    made: str = RequestValidator(token).compute_signature(text, None)
    return made


def _any_makes(tokens: Sequence[str], url: str, fields: Fields, signature: str) -> bool:
    given = signature.encode("utf-8", "surrogatepass")
    matched = False
    for token in tokens:
        # No early end, and compare_digest: how long it takes tells nothing about a token.
        matched |= bool(token) and hmac.compare_digest(sign(token, url, fields).encode("ascii"), given)
    return matched


def _other_spelling(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.removesuffix(f":{parts.port}")
    if parts.port is None:
        return _at(parts, f"{host}:{_DEFAULT_PORTS.get(parts.scheme, 443)}")
    return _at(parts, host)


def _at(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()
