"""The carrier's signature over one form: checked here and nowhere else, by the door and again by intake where the
door had no token. Over the public address of the settings, never over what the request says of itself.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
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


class _Form(dict[str, str]):
    """The form as the carrier's own library asks for it."""

    def getall(self, name: str) -> list[str]:
        return [self[name]]


def check_signature(*, tokens: Iterable[str], url: str, fields: Fields, signature: str) -> SignedForm:
    """The form, once one of `tokens` has made `signature` over it. Raises SignatureError.

    Names must not repeat: the carrier's way of signing would let such a form be reordered unnoticed.
    """
    form = _Form(fields)
    given = signature.encode("utf-8", "surrogatepass")
    validators = [RequestValidator(token) for token in tokens if token]
    if len(form) == len(fields):
        # The carrier signs the address with or without its port, whatever was set there.
        for address in (url, _other_spelling(url)):
            if _any_makes(validators, address, form, given):
                return SignedForm(url, fields)
    raise SignatureError("the signature is not the carrier's")


def _any_makes(validators: list[RequestValidator], address: str, form: _Form, given: bytes) -> bool:
    matched = False
    for validator in validators:
        # No early end, and compare_digest: how long it takes tells nothing about a token.
        matched |= hmac.compare_digest(validator.compute_signature(address, form).encode("ascii"), given)
    return matched


def _other_spelling(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.removesuffix(f":{parts.port}")
    if parts.port is None:
        return _at(parts, f"{host}:{_DEFAULT_PORTS.get(parts.scheme, 443)}")
    return _at(parts, host)


def _at(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()


def sign(token: str, url: str, fields: Fields) -> str:
    """The signature a carrier with that token makes; the built-in test phone signs its texts with it."""
    return RequestValidator(token).compute_signature(url, _Form(fields))
