"""Where the settings want things to go: each place needs a permission before anything leaves for it."""

from collections.abc import Callable
from typing import Final

from appliance.copies.places import S3_SCHEME
from appliance.egress.permission import Destination, Purpose, destination
from appliance.gateways.mail import MailAccount
from appliance.settings.values import BackupSettings, CarrierKind, MailSettings, ModelKind, Settings

CLAUDE_API: Final = "https://api.anthropic.com"


def wanted_destinations(settings: Settings) -> tuple[tuple[Purpose, Destination], ...]:
    """Each purpose with its place. A desk with the test phone and the offline rules wants none."""
    wanted: list[tuple[Purpose, Destination]] = []
    if settings.carrier.kind is CarrierKind.TWILIO:
        wanted.append((Purpose.SMS, destination(settings.carrier.api_base)))
    if settings.model.kind is not ModelKind.OFFLINE:
        wanted.append((Purpose.MODEL, destination(model_base(settings))))
    if settings.mail is not None:
        wanted.append((Purpose.MAIL, mail_account(settings.mail).destination))
    if any(place.startswith(S3_SCHEME) for place in settings.backup.places):
        wanted.append((Purpose.BACKUP, destination(s3_endpoint(settings.backup))))
    return tuple(wanted)


def s3_endpoint(backup: BackupSettings) -> str:
    """The address of the storage that keeps backups."""
    return backup.s3_endpoint or amazon(backup.s3_region)


def amazon(region: str) -> str:
    """Where Amazon's own storage is asked."""
    return f"https://s3.{region}.amazonaws.com"


def model_base(settings: Settings) -> str:
    """The address of the model's API."""
    return settings.model.base_url or CLAUDE_API


def mail_account(mail: MailSettings, login: Callable[[], tuple[str, str]] | None = None) -> MailAccount:
    """The mail server as its gateway wants it."""
    return MailAccount(mail.host, mail.port, mail.tls, mail.sender, mail.owner, login)
