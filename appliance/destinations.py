"""Where the settings want things to go: each place needs a permission before anything leaves for it."""

from typing import Final

from appliance.egress.permission import Destination, Purpose, destination
from appliance.settings.values import CarrierKind, MailTls, ModelKind, Settings

CLAUDE_API: Final = "https://api.anthropic.com"
_MAIL_SCHEMES: Final = {MailTls.STARTTLS: "smtp+starttls", MailTls.TLS: "smtps", MailTls.NONE: "smtp"}


def wanted_destinations(settings: Settings) -> tuple[tuple[Purpose, Destination], ...]:
    """Each purpose with its place. A desk with the test phone and the offline rules wants none."""
    wanted: list[tuple[Purpose, Destination]] = []
    if settings.carrier.kind is CarrierKind.TWILIO:
        wanted.append((Purpose.SMS, destination(settings.carrier.api_base)))
    if settings.model.kind is not ModelKind.OFFLINE:
        wanted.append((Purpose.MODEL, destination(model_base(settings))))
    if settings.mail is not None:
        scheme = _MAIL_SCHEMES[settings.mail.tls]
        wanted.append((Purpose.MAIL, Destination(scheme, settings.mail.host.lower(), settings.mail.port)))
    return tuple(wanted)


def model_base(settings: Settings) -> str:
    """The address of the model's API."""
    return settings.model.base_url or CLAUDE_API
