"""What the desk shows to carrier, model and mail server: read from the vault for each call, changed while it runs.

A new carrier token is taken beside the old one for at most an hour, since the carrier changes over when its owner
says so there: the old one is dropped as soon as a text came that was signed with the new one.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from appliance.errors import ApplianceError
from appliance.gateways.clock import Clock
from appliance.intake.signature import SignatureError, check_signature
from appliance.line import Line
from appliance.settings.values import ModelKind, Settings
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.credentials import CredentialName
from storage.errors import MissingError, NightdeskError
from storage.keys.secret import SecretBytes
from storage.letters import Letter
from storage.meta import Meta
from storage.vault import Transaction, Vault

BOTH_FOR_MS: Final = 60 * 60 * 1000
LONGEST: Final = 4096
UNPROVEN: Final = "carrier-token-unproven"
_SHOWN: Final = 4
_LONG_ENOUGH_TO_SHOW: Final = 16


class CredentialError(ApplianceError):
    """This desk has no use for that credential, or what was given is none."""

    code = "credential"
    exit_code = 2


def held(vault: Vault, name: CredentialName, *, otherwise: str | None = None) -> Callable[[], str]:
    """The credential as it is at each call. Where there is none: `otherwise`, or else MissingError is raised."""

    def read() -> str:
        with vault.look() as tx:
            if otherwise is not None and tx.credentials.get(name) is None:
                return otherwise
            return _text(tx, name)

    return read


def last_four(secret: SecretBytes) -> str:
    """What may be shown of a credential, so that its owner can tell two apart; nothing of a short one."""
    text = secret.reveal().decode("utf-8", "replace")
    return text[-_SHOWN:] if len(text) >= _LONG_ENOUGH_TO_SHOW else ""


class CarrierTokens:
    """The carrier's token, and for a while the one before it."""

    def __init__(self, *, vault: Vault, clock: Clock, line: Line) -> None:
        self._vault = vault
        self._clock = clock
        self._line = line
        # Looked at for each letter, so kept in memory: true while the old token is still in the vault.
        with vault.look() as tx:
            self._changing = tx.credentials.since(CredentialName.CARRIER_TOKEN_BEFORE) is not None

    def current(self) -> str:
        """What we sign in with, and sign the test phone's texts with."""
        with self._vault.look() as tx:
            return _text(tx, CredentialName.CARRIER_TOKEN)

    def accepted(self) -> tuple[str, ...]:
        """What texts may be signed with now, the newest first."""
        with self._vault.look() as tx:
            now = _text(tx, CredentialName.CARRIER_TOKEN)
            before = tx.credentials.get(CredentialName.CARRIER_TOKEN_BEFORE)
            until = tx.meta.number(Meta.CARRIER_TOKEN_UNTIL)
        if before is None or not self._still(until):
            return (now,)
        return (now, before.reveal().decode())

    def hand_over(self) -> None:
        """Tell the door."""
        self._line.hand_tokens(self.accepted())

    def signed(self, letter: Letter, public_url: str) -> bool:
        """Whether a letter that the door could not check is the carrier's, for this very address."""
        return letter.url.startswith(public_url) and _signs(self.accepted(), letter)

    def renew(self, secret: SecretBytes, *, by: str) -> None:
        """The new token at once, the old one beside it. One that never proved itself gives way without a trace."""
        at = self._clock.now()
        with self._vault.transaction() as tx:
            before = tx.credentials.get(CredentialName.CARRIER_TOKEN)
            standing = tx.credentials.get(CredentialName.CARRIER_TOKEN_BEFORE) is not None
            if before is not None and not standing:
                tx.credentials.put(CredentialName.CARRIER_TOKEN_BEFORE, before, at=at)
                tx.meta.put(Meta.CARRIER_TOKEN_UNTIL, at + BOTH_FOR_MS)
            until = {"both_until_at": tx.meta.number(Meta.CARRIER_TOKEN_UNTIL)} if before is not None else {}
            _put(tx, CredentialName.CARRIER_TOKEN, secret, by=by, at=at, detail=until)
        self._changing = True
        self._hand_over_when_it_is_there()

    def seen(self, letters: Sequence[Letter]) -> None:
        """A text signed with the new token drops the old one."""
        if self._changing and any(_signs((self.current(),), letter) for letter in letters):
            self._drop(proven=True)

    def drop_late(self) -> None:
        """A chore: when the hour is over the old one is dropped whatever came."""
        if self._changing and len(self.accepted()) == 1:
            self._drop(proven=False)

    def _drop(self, *, proven: bool) -> None:
        at = self._clock.now()
        with self._vault.transaction() as tx:
            if tx.credentials.remove(CredentialName.CARRIER_TOKEN_BEFORE):
                detail = {"name": CredentialName.CARRIER_TOKEN_BEFORE.value, "proven": proven}
                tx.audit.append(Action.CREDENTIAL_REMOVED, actor="desk", at=at, detail=detail)
                if not proven:
                    tx.alerts.raise_(AlertKind.STAFF, UNPROVEN, at=at)
        self._changing = False
        self._hand_over_when_it_is_there()

    def _hand_over_when_it_is_there(self) -> None:
        # What is in the vault counts. A door that is away just now gets its tokens when it is back.
        with suppress(NightdeskError):
            self.hand_over()

    def _still(self, until: int) -> bool:
        # A clock that was set back must not make the hour longer.
        return 0 < until - self._clock.now() <= BOTH_FOR_MS


def renew(name: CredentialName, secret: SecretBytes, *, by: str, vault: Vault, tokens: CarrierTokens, at: int) -> None:
    """A new secret in the place of the old one, used from the next call on. Raises CredentialError."""
    _must_be_one_line(secret)
    if name is CredentialName.CARRIER_TOKEN:
        tokens.renew(secret, by=by)
        return
    with vault.transaction() as tx:
        _put(tx, name, secret, by=by, at=at, detail={})


def used_by(settings: Settings) -> tuple[CredentialName, ...]:
    """The credentials that these settings have a use for."""
    found = [CredentialName.CARRIER_TOKEN]
    if settings.model.kind is not ModelKind.OFFLINE:
        found.append(CredentialName.MODEL_KEY)
    if settings.mail is not None and settings.mail.user:
        found.append(CredentialName.MAIL_PASSWORD)
    if settings.backup.s3_key_id:
        found.append(CredentialName.S3_SECRET)
    return tuple(found)


def _must_be_one_line(secret: SecretBytes) -> None:
    value = secret.reveal()
    if not value.isascii() or not value.decode("ascii").isprintable() or not value.strip() or len(value) > LONGEST:
        raise CredentialError("that is no key or token", remedy="give it alone, on one line, as the service shows it")


def _put(
    tx: Transaction, name: CredentialName, secret: SecretBytes, *, by: str, at: int, detail: Mapping[str, object]
) -> None:
    tx.credentials.put(name, secret, at=at)
    tx.audit.append(Action.CREDENTIAL_SET, actor=by, at=at, detail={"name": name.value, **detail})


def _text(tx: Transaction, name: CredentialName) -> str:
    secret = tx.credentials.get(name)
    if secret is None:
        raise MissingError(
            f"the {name.value} is not in the vault", remedy=f"run: nightdesk keys rotate --credential {name.value}"
        )
    return secret.reveal().decode()


def _signs(tokens: Sequence[str], letter: Letter) -> bool:
    try:
        check_signature(tokens=tokens, url=letter.url, fields=letter.fields, signature=letter.signature)
    except SignatureError:
        return False
    return True
